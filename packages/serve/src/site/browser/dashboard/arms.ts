import type { RecommenderStatus } from '../../../recommender.js';
import type { Line } from './chart.js';

/** Who may have served a session. */
export type ArmName = keyof RecommenderStatus['arms'];

/** How the policies that serve sessions are named and drawn, in the order of tables and legends. */
export const ARMS: readonly (Line & { readonly name: ArmName; readonly note: string })[] = [
  {
    name: 'pretrained',
    label: 'Pre-trained',
    note: 'the policy from before deployment',
    color: '--series-1',
    dash: [8, 4],
  },
  { name: 'online', label: 'Online', note: 'learns from the feedback', color: '--series-2' },
  { name: 'mixed', label: 'Mixed', note: 'both chose slates of the session', color: '--series-3', dash: [3, 3] },
  { name: 'baseline', label: 'Baseline', note: 'to compare with', color: '--series-4', dash: [10, 3, 2, 3] },
];
