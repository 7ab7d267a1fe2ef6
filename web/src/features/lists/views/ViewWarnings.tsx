/** A view that names what is not there any more: what was left out, and the way to keep it so. */

import { useQueryClient } from '@tanstack/react-query'
import { TriangleAlert } from 'lucide-react'
import { useTranslation } from '@/lib/useTranslation'
import { reasonOf } from '@/lib/api'
import { notify } from '@/lib/actions'
import { configFromState } from '@/lib/listUrl'
import { saveRecord } from '@/lib/records'
import { Button } from '@/ui/kit'
import type { View } from './useViews'

export default function ViewWarnings({ view, mayChange }: { view: View; mayChange: boolean }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const details = [...new Set(view.warnings.map((warning) => warning.detail))]
  const filtered = view.warnings.some((warning) => warning.pointer.startsWith('/config/filter'))

  async function keep() {
    try {
      await saveRecord('views', view.id, { config: configFromState(view.state) })
      await queries.invalidateQueries({ queryKey: ['few', 'views'] })
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    }
  }

  return (
    <div role="status" className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-warn-soft px-4 py-1.5 text-meta text-warn">
      <TriangleAlert size={14} className="shrink-0" />
      <span className="min-w-0 flex-1">
        {t('view.names_gone', { name: view.name, what: details.join('; ') })}
        {filtered && ` ${t('view.filter_left_out')}`}
      </span>
      {mayChange && <Button size="sm" look="outline" onClick={() => void keep()}>{t('view.keep_without')}</Button>}
    </div>
  )
}
