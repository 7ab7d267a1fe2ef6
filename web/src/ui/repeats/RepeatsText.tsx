/** A rule of recurrence, read out. */

import { useRuleText } from './words'

export default function RepeatsText({ rule }: { rule: string }) {
  return <span title={rule}>{useRuleText()(rule)}</span>
}
