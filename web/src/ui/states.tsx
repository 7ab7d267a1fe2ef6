/** What a place says when it has nothing to show: empty, nothing found, failed, not allowed, still loading. */

import { CircleAlert, Lock, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { Problem, reasonOf } from '@/lib/api'
import { Button, cx } from './kit'

export function Blank({ icon: Icon, title, children, action, className }: { icon: LucideIcon; title: string; children?: ReactNode; action?: ReactNode; className?: string }) {
  return (
    <div className={cx('flex flex-col items-center justify-center gap-1 px-6 py-14 text-center', className)}>
      <span className="mb-2 grid size-10 place-items-center rounded-lg bg-hover text-fg-3">
        <Icon size={20} strokeWidth={1.6} />
      </span>
      <p className="text-lead font-medium text-fg">{title}</p>
      {children && <div className="max-w-[420px] text-fg-2">{children}</div>}
      {action && <div className="mt-3 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  )
}

/** What failed, that nothing was lost, the request to tell support, and a way to try again. */
export function Failed({ error, onRetry, className, action }: { error: unknown; onRetry?: () => void; className?: string; action?: ReactNode }) {
  const { t } = useTranslation()
  const problem = error instanceof Problem ? error : null
  if (problem?.status === 403) {
    return (
      <Blank icon={Lock} title={t('state.no_right')} className={className ?? ''}>
        {t('state.no_right_ask')}
      </Blank>
    )
  }
  return (
    <div role="alert">
      <Blank
        icon={CircleAlert}
        className={className ?? ''}
        title={problem?.isOffline ? t('state.offline') : t('state.failed')}
        action={action ?? (onRetry && <Button look="outline" onClick={onRetry}>{t('common.retry')}</Button>)}
      >
        <p>{problem?.isOffline ? t('state.offline_hint') : reasonOf(error)}</p>
        <p className="mt-1">{t('state.nothing_lost')}</p>
        {problem?.requestId && <p className="mt-1 text-meta text-fg-3 select-text">{t('state.request', { id: problem.requestId })}</p>}
      </Blank>
    </div>
  )
}

/** A grey bar with the size of what will stand here. */
export function Bone({ className }: { className?: string }) {
  return <div aria-hidden className={cx('bone late', className)} />
}

export function Bones({ rows, className }: { rows: number; className?: string }) {
  return (
    <div aria-hidden className={cx('flex flex-col gap-3 p-5', className)}>
      {Array.from({ length: rows }, (_, index) => (
        <Bone key={index} className={cx('h-5', index % 3 === 1 ? 'w-4/5' : index % 3 === 2 ? 'w-3/5' : 'w-full')} />
      ))}
    </div>
  )
}
