/**
 * A learner whose policy is as old as in traffic: experience reaches it when feedback windows have closed, and what it learns is published from time to
 * time.
 *
 * @param options `acting` and `trained`, two learners that are the same; `publishRows`, interactions between two publications; `windowRows`,
 *   interactions after which an experience is learned from.
 * @returns a learner for `runOnline`: `acting` decides, `trained` learns.
 */
export function withStalePolicy({ acting, trained, publishRows, windowRows }) {
  const waiting = [];
  let [waitingRows, sincePublication] = [0, 0];
  return {
    ...acting,
    learn(trajectories) {
      // Arrays of trajectories are valid until the next call alone.
      waiting.push(structuredClone(trajectories));
      waitingRows += trajectories.rows;
      sincePublication += trajectories.rows;
      let report = {};
      while (waitingRows > windowRows) {
        const next = waiting.shift();
        waitingRows -= next.rows;
        report = trained.learn(next);
      }
      if (sincePublication >= publishRows) {
        acting.setPolicyState(structuredClone(trained.policyState()));
        sincePublication = 0;
      }
      return report;
    },
  };
}
