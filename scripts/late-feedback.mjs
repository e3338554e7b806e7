/**
 * Lock-step environments for comparisons with traffic: feedback is known as late as there, and some never.
 *
 * @param options `environment`, of single items; `random`; `delay`, the mean delay of feedback, in the mean time between two decisions of a session,
 *   both exponentially distributed; `lost`, the share of feedback that never comes.
 * @returns an environment whose observations and rewards have 0 for what is not known, or never will be, with `rewards`: those of the sessions that
 *   have ended, as the users gave them.
 */
export function withLateFeedback({ environment, random, delay, lost }) {
  const { sessions, historyLength } = environment.spec;
  const exponential = (mean) => -mean * Math.log(1 - random.uniform());
  const rewards = [];
  /** Of each session its time, its reward so far and the times at which the feedback to its turns is known. */
  const open = Array.from({ length: sessions }, () => ({ now: 0, reward: 0, known: [] }));

  function seen(observation) {
    const historyFeedback = observation.historyFeedback.slice();
    for (const [session, { now, known }] of open.entries()) {
      for (let back = 1; back <= Math.min(historyLength, known.length); back++)
        if (known.at(-back) > now) historyFeedback[(session + 1) * historyLength - back] = 0;
    }
    return { ...observation, historyFeedback };
  }

  return {
    ...environment,
    rewards,
    reset(options) {
      const observation = environment.reset(options);
      for (const [session, state] of open.entries())
        if (options?.resetMask?.[session] !== 0) Object.assign(state, { reward: 0, known: [] });
      return seen(observation);
    },
    step(actions) {
      const step = environment.step(actions);
      const given = step.reward.map((reward, session) => {
        const state = open[session];
        const isLost = random.uniform() < lost;
        state.known.push(isLost ? Number.POSITIVE_INFINITY : state.now + exponential(delay));
        state.now += exponential(1);
        state.reward += reward;
        if (step.terminated[session] + step.truncated[session] > 0) rewards.push(state.reward);
        return isLost ? 0 : reward;
      });
      return { ...step, reward: given, observation: seen(step.observation) };
    },
  };
}
