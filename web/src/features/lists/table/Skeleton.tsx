/** The table while its first rows are on their way, in its true sizes. */

import type { CSSProperties, ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import type { Column } from '../columns'
import { ROW } from './frame'
import { BoneRow } from './Row'

export function Skeleton({ header, columns, variables }: { header: ReactNode; columns: readonly Column[]; variables: CSSProperties }) {
  const { t } = useTranslation()
  return (
    <div className="min-w-0 flex-1 overflow-hidden" style={variables} aria-busy="true" aria-label={t('common.loading')}>
      {/* The header stands without roles until there is a grid around it. */}
      <div role="table" aria-label={t('common.loading')}>{header}</div>
      <div className="late">
        {Array.from({ length: 16 }, (_, index) => (
          <div key={index} style={{ height: ROW }}><BoneRow columns={columns} /></div>
        ))}
      </div>
    </div>
  )
}
