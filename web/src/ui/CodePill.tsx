/** A code of the analysis, a segment, a class, an activity, as its field calls and colours it. */

import { useAnalysisWords, type Coded } from '@/lib/analysisWords'
import { Pill } from './kit'

export function CodePill({ field, code, dot = true }: { field: Coded; code: string; dot?: boolean }) {
  const { name, hue, is } = useAnalysisWords().coded(field, code)
  return <Pill hue={hue} dot={dot} {...(is ? { title: is } : {})}>{name}</Pill>
}
