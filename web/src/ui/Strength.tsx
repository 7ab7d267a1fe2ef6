/** Four bars and a word under a new password. */

import { useTranslation } from '@/lib/useTranslation'
import { passwordScore, SHORTEST_PASSWORD } from '@/lib/password'
import { cx } from './kit'

const WORDS = ['password.more', 'password.weak', 'password.fair', 'password.good', 'password.strong'] as const
const FILLS = ['bg-active', 'bg-bad-fill', 'bg-warn-fill', 'bg-ok-fill', 'bg-ok-fill'] as const

export function Strength({ password }: { password: string }) {
  const { t } = useTranslation()
  const score = passwordScore(password)
  const missing = SHORTEST_PASSWORD - [...password].length
  return (
    <div className="flex items-center gap-3 text-meta text-fg-3">
      <span aria-hidden className="flex w-24 shrink-0 gap-1">
        {[1, 2, 3, 4].map((step) => <i key={step} className={cx('h-1 flex-1 rounded-full', step <= score ? FILLS[score] : 'bg-active')} />)}
      </span>
      <span role="status">{score === 0 ? t(WORDS[0], { count: Math.max(0, missing) }) : t(WORDS[score])}</span>
    </div>
  )
}
