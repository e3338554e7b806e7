import { element } from './element.js';

let open: Promise<string | undefined> | undefined;

/** Asks for a token in a dialog; undefined if the person closes it. Calls at the same time share one dialog. */
export function askForToken(reason: string): Promise<string | undefined> {
  open ??= ask(reason).finally(() => {
    open = undefined;
  });
  return open;
}

function ask(reason: string): Promise<string | undefined> {
  const input = element('input', {
    attributes: { type: 'password', id: 'token', autocomplete: 'off', spellcheck: 'false', required: '' },
  });
  const cancel = element('button', { class: 'button', text: 'Cancel', attributes: { type: 'button' } });
  const form = element(
    'form',
    {},
    element('h2', { text: 'Token', attributes: { id: 'token-title' } }),
    element('p', { text: reason, attributes: { id: 'token-reason' } }),
    element('label', { text: 'Bearer token', attributes: { for: 'token' } }),
    input,
    element('p', { class: 'muted', text: 'It stays in this tab and is gone when you close it.' }),
    element(
      'div',
      { class: 'actions' },
      element('button', { class: 'button primary', text: 'Continue', attributes: { type: 'submit' } }),
      cancel,
    ),
  );
  const dialog = element(
    'dialog',
    { class: 'dialog', attributes: { 'aria-labelledby': 'token-title', 'aria-describedby': 'token-reason' } },
    form,
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    let token: string | undefined;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      token = input.value.trim() || undefined;
      dialog.close();
    });
    cancel.addEventListener('click', () => dialog.close());
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(token);
    });
  });
}
