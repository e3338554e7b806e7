import { randomUUID } from 'node:crypto';
import { InvalidOptionError } from '@ialp/core';
import { RequestError } from '../../errors.js';
import type { Recommender, RecommendRequest } from '../../recommender.js';
import { contextFeature } from './features.js';
import { JoiningActions } from './joining-actions.js';
import type { PersonalizerSettings } from './options.js';
import { type RankedAction, rankingOf } from './ranking.js';
import type { RankRequest } from './schemas.js';

/** The answer to a rank request. */
export interface RankResponse {
  readonly ranking: RankedAction[];
  readonly eventId: string;
  /** Id of the action to show. */
  readonly rewardActionId: string;
}

/** The state of a decision without its candidates. */
type RankState = Pick<RecommendRequest, 'session' | 'decision' | 'isLast' | 'user' | 'userFeatures'> & {
  readonly decision: string;
};

/**
 * Ranks the actions of requests as Personalizer does: the recommender chooses one action of those that are not excluded. Actions that are new
 * join the catalogue; until the learner has placed them, the policy chooses among the others. If none of the actions can be chosen yet, one is
 * drawn uniformly, and logged with that propensity.
 */
export function createRanker(
  recommender: Recommender,
  settings: PersonalizerSettings,
): (request: RankRequest) => Promise<RankResponse> {
  const joining = new JoiningActions(recommender, settings.maxItems);
  return async (request) => {
    const actions = request.actions.map(({ id }) => id);
    const repeated = actions.find((id, k) => actions.indexOf(id) !== k);
    if (repeated !== undefined) throw new InvalidOptionError('actions', repeated, 'each action once');
    const excluded = new Set(request.excludedActions ?? []);
    const open = actions.filter((id) => !excluded.has(id));
    if (open.length === 0) {
      throw new InvalidOptionError(
        'excludedActions',
        request.excludedActions,
        'at least one action that is not excluded',
      );
    }
    if (settings.addActions) await joining.add(request.actions);
    const state = stateOf(request, settings);
    const { chosen, probability } = await choose(recommender, state, open, request.deferActivation ?? false);
    return {
      ranking: rankingOf(actions, excluded, chosen, probability),
      eventId: state.decision,
      rewardActionId: chosen,
    };
  };
}

function stateOf(request: RankRequest, settings: PersonalizerSettings): RankState {
  const context = request.contextFeatures ?? [];
  const { sessionFeature, userFeature, userFeatures } = settings;
  const decision = request.eventId ?? randomUUID();
  const session = (sessionFeature !== undefined && contextFeature(context, sessionFeature)) || decision;
  const user = userFeature === undefined ? undefined : contextFeature(context, userFeature);
  return {
    decision,
    session,
    // An event without a session of its own is all of its session.
    ...(session === decision && { isLast: true }),
    ...(user !== undefined && { user }),
    ...(userFeatures !== undefined && { userFeatures: userFeatures(context) }),
  };
}

/** The action to show, and the probability of each that could be. */
async function choose(
  recommender: Recommender,
  state: RankState,
  open: readonly string[],
  deferActivation: boolean,
): Promise<{ readonly chosen: string; readonly probability: ReadonlyMap<string, number> }> {
  // As in the service's apprentice mode, the application's own choice is the first action, and the policy learns from it.
  if (recommender.mode !== 'live') return show(recommender, state, open, open[0]!, 1);
  try {
    const { items, probabilities = [] } = await recommender.recommend({
      ...state,
      candidates: open,
      count: 1,
      deferActivation,
      reportProbabilities: true,
    });
    const probability = new Map([...probabilities, ...items].map(({ id, propensity }) => [id, propensity]));
    return { chosen: items[0]!.id, probability };
  } catch (error) {
    if (!RequestError.isInstance(error) || error.problem !== 'nothing-to-show') throw error;
    return show(recommender, state, open, open[Math.floor(Math.random() * open.length)]!, 1 / open.length);
  }
}

/** Reports an action that the recommender did not choose. */
async function show(
  recommender: Recommender,
  state: RankState,
  open: readonly string[],
  chosen: string,
  propensity: number,
): Promise<{ readonly chosen: string; readonly probability: ReadonlyMap<string, number> }> {
  await recommender.observe({ ...state, items: [chosen], propensity: [propensity], candidates: open });
  const rest = open.length === 1 ? 0 : (1 - propensity) / (open.length - 1);
  return { chosen, probability: new Map(open.map((id) => [id, id === chosen ? propensity : rest])) };
}
