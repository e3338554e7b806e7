import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ReplyField, readReply, wholeNumbers } from './read-reply.js';

const LIKED: ReplyField<number[]> = {
  field: 'liked',
  expected: 'numbers from 1 to 4',
  read: (value) => wholeNumbers(value, 1, 4),
  readBare: (value) => (Array.isArray(value) ? wholeNumbers(value, 1, 4) : undefined),
};

describe('a reply is read', () => {
  test.each<[string, string, number[]]>([
    ['as it was asked for', '{"liked": [1, 3]}', [1, 3]],
    ['in a fence', '```json\n{"liked":[1]}\n```', [1]],
    ['behind reasoning', '<think>Perhaps {"liked": [2]}?</think>\n{"liked":[1]}', [1]],
    ['behind reasoning whose beginning is out of sight', 'perhaps 2</think>{"liked":[1]}', [1]],
    ['before reasoning that does not end', '{"liked":[1]}<think>or {"liked":[2]}', [1]],
    [
      'behind a channel mark',
      '<|channel|>analysis<|message|>{"liked":[2]}<|end|><|channel|>final<|message|>{"liked":[1]}',
      [1],
    ],
    ['among words', 'Sure! Here it is: {"liked":[1]} I hope that helps.', [1]],
    ['beside the form repeated', 'As {"liked": [numbers]}: {"liked":[1]}', [1]],
    ['said twice the same', '{"liked":[1]}\n{"liked": [1]}', [1]],
    ['numbers as text', '{"liked": ["1", " 2 "]}', [1, 2]],
    ['one alone', '{"liked": 1}', [1]],
    ['one alone as text', '{"liked": "1"}', [1]],
    ['with a comment', '{"why": "a {brace} and \\"quotes\\"", "liked": [2]}', [2]],
    ['a bare list', '[1, 2]', [1, 2]],
    ['a bare list in a fence', '```\n["1"]\n```', [1]],
    ['of JSON in JSON', '"{\\"liked\\": [1]}"', [1]],
    ['with the field in capitals', '{"Liked": [1]}', [1]],
    ['empty', '{"liked": []}', []],
  ])('%s', (_, reply, expected) => expect(readReply(reply, LIKED)).toEqual({ value: expected }));
});

describe('a reply is refused, with the reason', () => {
  test.each<[string, string, RegExp]>([
    ['two objects that differ', '{"liked":[1]} or {"liked":[2]}', /2 JSON objects that differ/],
    ['another object beside it', '{"mood":"good"} {"liked":[1]}', /2 JSON objects that differ/],
    ['a draft within what is cut short', '{"draft": {"liked":[1]}, "final": {"liked":[2', /never closed/],
    ['one behind which another was cut', '{"liked":[1]} {"liked":', /never closed/],
    ['a number out of range', '{"liked":[5]}', /not of the form/],
    ['a number that is not whole', '{"liked":[1.5]}', /not of the form/],
    ['a field twice', '{"liked":[1], "liked":[2]}', /liked more than once/],
    ['a field twice in two cases', '{"liked":[1], "Liked":[2]}', /no single liked/],
    ['a field twice, escaped', '{"liked":[1], "\\u006ciked":[2]}', /liked more than once/],
    ['a further list', '{"liked":[1], "disliked":[1]}', /"disliked" beside liked/],
    ['null', '{"liked":null}', /not of the form/],
    ['words', 'I would take number 2', /no JSON object with liked/],
    ['a number that may be a count', '2', /no JSON object with liked/],
    ['reasoning without end', '<think>{"liked":[1]}', /reasoning, which did not end/],
    [
      'reasoning that ended, and nothing',
      '<think>1 it is.</think> ',
      /^it holds no more than reasoning, with nothing after it$/,
    ],
    ['an end of reasoning alone', 'Let me see.</think>', /with nothing after it$/],
    ['nothing', '', /^it is empty$/],
    ['spaces', ' \n', /^it is empty$/],
    ['a list within words', 'I take [1].', /no JSON object/],
  ])('%s', (_, reply, fault) => expect(readReply(reply, LIKED)).toEqual({ fault: expect.stringMatching(fault) }));
});

/** Words as models write them around an answer: without braces, and without the marks of reasoning. */
const words = fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.replace(/[{}<>"|`]/g, ''));
const choice = fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { maxLength: 4 });
const object = fc.tuple(choice, fc.boolean(), fc.option(words)).map(([liked, isText, why]) => ({
  liked,
  text: JSON.stringify({ liked: isText ? liked.map(String) : liked, ...(why !== null && { why }) }, null, 1),
}));
const wrapped = fc
  .tuple(object, words, words, fc.option(fc.string({ maxLength: 40 })), fc.boolean())
  .map(([{ liked, text }, before, after, thought, isFenced]) => {
    const inner = isFenced ? `\n\`\`\`json\n${text}\n\`\`\`\n` : text;
    const reasoning = thought === null ? '' : `<think>${thought.replace(/[<>]/g, '')}</think>\n`;
    return { liked, text, reply: `${reasoning}${before}${inner}${after}` };
  });

test('whatever stands around an answer, it reads the same', () => {
  fc.assert(
    fc.property(wrapped, ({ liked, reply }) => {
      expect(readReply(reply, LIKED)).toEqual({ value: liked });
    }),
  );
});

test('two answers that differ are never one', () => {
  fc.assert(
    fc.property(wrapped, wrapped, (first, second) => {
      fc.pre(JSON.stringify(first.liked) !== JSON.stringify(second.liked));
      expect(readReply(`${first.reply}\n${second.text}`, LIKED)).toHaveProperty('fault');
    }),
  );
});

test('no beginning of an answer is an answer', () => {
  fc.assert(
    fc.property(object, fc.nat(), ({ text }, cut) => {
      expect(readReply(text.slice(0, cut % text.length), LIKED)).toHaveProperty('fault');
    }),
  );
});

test('a comment of 16 MB is read', () => {
  expect(readReply(`{"why":"${'x'.repeat(1.6e7)}","liked":[1]}`, LIKED)).toEqual({ value: [1] });
});

test('any text is read in little time, and throws nothing', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (reply) => void readReply(reply, LIKED)));
  for (const hostile of ['{', '{"', '<think>', '[', '{"a":{', '```'].map((part) => part.repeat(200_000))) {
    expect(readReply(hostile, LIKED)).toHaveProperty('fault');
  }
});
