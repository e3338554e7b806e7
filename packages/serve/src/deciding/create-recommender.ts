import { randomUUID } from 'node:crypto';
import type { LearnerHooks } from '../learning/learner-run.js';
import { learnUntil } from '../learning/run-learner.js';
import type { Recommender } from '../recommender.js';
import { Follower } from './follower.js';
import { LiveRecommender } from './live-recommender.js';
import { checkRecommenderOptions, type RecommenderOptions } from './recommender-options.js';

/** How often windows and idle sessions are looked at. */
const ADVANCE_INTERVAL_MS = 500;

/**
 * Puts a policy in front of real users. It continues from what is in the event log and the model store.
 *
 * ```ts
 * const recommender = await createRecommender({
 *   catalogue,
 *   learner: createA2C({ network }),
 *   eventLog: await openFileEventLog({ folder: 'state/events' }),
 *   modelStore: await openFileModelStore({ folder: 'state/models' }),
 * });
 * const { decision, items } = await recommender.recommend({ session: 'a81b', count: 5 });
 * await recommender.feedback({ decision, item: items[0].id, reward: 1 });
 * ```
 *
 * Learning takes a few milliseconds for each update, in which this process does not decide. Where that matters, `learning: 'elsewhere'` and
 * `runLearner` in a worker thread or another process.
 * @throws {InvalidOptionError}
 * @throws {EventLogError} {ModelStoreError} if what is stored cannot be read.
 * @throws {CheckpointError} {WeightsError} if the store holds the state of another learner.
 */
export async function createRecommender(options: RecommenderOptions): Promise<Recommender> {
  const settings = checkRecommenderOptions(options);
  const end = new AbortController();
  let isLearning = false;
  const follower = new Follower(settings, () => isLearning);
  const secret = await follower.begin();
  const changed = await follower.changedItems();

  const following = follower.follow(end.signal);
  const timer = setInterval(() => follower.state.advance(Date.now()), ADVANCE_INTERVAL_MS).unref();
  let learning: Promise<void> = Promise.resolve();
  const close = async (): Promise<void> => {
    clearInterval(timer);
    end.abort();
    await Promise.all([following, learning.catch(() => {})]);
    await Promise.all([settings.deployment.eventLog.close(), settings.deployment.modelStore.close()]);
  };
  const recommender = new LiveRecommender(settings, follower, secret, close);
  try {
    if (settings.learning !== undefined) {
      const { deployment, figures, onError } = settings;
      await new Promise<void>((resolve, reject) => {
        const hooks: LearnerHooks = {
          onError,
          onWaiting() {
            isLearning = false;
            resolve();
          },
          onPublished(version, { index, items }) {
            isLearning = true;
            follower.policyVersion = version;
            follower.offer.take(index.checkpoint());
            follower.offer.describe(items.values());
            resolve();
          },
          onProgress(progress) {
            follower.progress = progress;
          },
        };
        learning = learnUntil(
          { deployment, learning: settings.learning!, figures, hooks, holder: randomUUID() },
          end.signal,
        );
        learning.catch((error: unknown) => {
          isLearning = false;
          onError(error);
          reject(error);
        });
      });
    }
    for (const item of changed.put) await recommender.putItem(item);
    for (const id of changed.removed) await recommender.removeItem(id);
    await changed.store();
    return recommender;
  } catch (error) {
    await recommender.close();
    throw error;
  }
}
