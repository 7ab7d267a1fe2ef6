/** One pair, as large as it deserves: how likely they are one, what differs, why, and what would follow. */

import { useQuery } from '@tanstack/react-query'
import { CircleHelp, Equal, Split, Undo2, UnfoldVertical } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { useCommands, type Command } from '@/lib/commands'
import type { ObjectDef } from '@/lib/definitions'
import { likelihoodKey } from '@/lib/evidence'
import { formatRelative } from '@/lib/format'
import { likelihoodOf, probabilityText, type Pair } from '@/lib/matching'
import { previewQuery } from '@/lib/merging'
import { isEmpty, type RecordData } from '@/lib/records'
import { useLocale } from '@/lib/session'
import { Button, cx, Hint } from '@/ui/kit'
import { shortcutsStore } from '@/lib/panels'
import type { Said } from './answers'
import { Follows } from './Follows'
import { SideBySide } from './SideBySide'
import { differing, sidesOf } from './sides'
import { Waterfall } from './Waterfall'

export function PairView({ object, pair, onSay, onUndo, onSplit, onWalk, mayDecide }: {
  object: ObjectDef
  pair: Pair
  onSay: (said: Said) => void
  onUndo: () => void
  onSplit: () => void
  onWalk: (by: 1 | -1) => void
  mayDecide: boolean
}) {
  const { t } = useTranslation()
  const locale = useLocale()
  const [survivor, setSurvivor] = useState<string | null>(null)
  const [picks, setPicks] = useState<Record<string, string>>({})
  const [whole, setWhole] = useState(false)
  const isOpen = pair.state === 'open' || pair.state === 'second'
  const preview = useQuery({ ...previewQuery(object.plural, { records: pair.records.map((record) => record.id), survivor: survivor ?? undefined }), enabled: isOpen && mayDecide })
  // The preview names what links lead to; until it is here the records as the queue brought them stand.
  const records = useMemo(() => pair.records.map((record): RecordData => ({ ...record, ...preview.data?.records.find((one) => one.id === record.id) })), [pair.records, preview.data])
  const sides = sidesOf(object, records, preview.data?.one_already ? undefined : preview.data, picks)
  const same = sides.filter((side) => side.state === 'same')
  const shown = whole || sides.length <= 8 ? sides : sides.filter((side) => side.state !== 'same' || object.title.includes(side.field.name))
  const kept = survivor ?? preview.data?.survivor ?? null
  const differ = differing(sides)

  const merge = () => onSay({ verdict: 'same', ...(survivor ? { survivor } : {}), ...(Object.keys(picks).length > 0 ? { picks } : {}) })
  const commands: Command[] = [
    ...(isOpen && mayDecide
      ? [
          { id: 'merge', label: t('review.merge'), key: 'm', run: merge },
          { id: 'different', label: t('review.different'), key: 'd', run: () => onSay({ verdict: 'different' }) },
          { id: 'skip', label: t('review.skip'), key: 's', run: () => onSay({ verdict: 'skip' }) },
          { id: 'first', label: t('review.keep_first'), key: '1', onlyKeys: true, run: () => setSurvivor(pair.records[0].id) },
          { id: 'second', label: t('review.keep_second'), key: '2', onlyKeys: true, run: () => setSurvivor(pair.records[1].id) },
        ]
      : []),
    { id: 'undo', label: t('undo.undo'), key: 'u', run: onUndo },
    { id: 'next', label: t('review.next'), key: 'j', onlyKeys: true, run: () => onWalk(1) },
    { id: 'before', label: t('review.before'), key: 'k', onlyKeys: true, run: () => onWalk(-1) },
  ]
  useCommands(t('duplicates.title'), commands)

  const answers = isOpen ? (
    <>
      <Act keys="M" label={t('review.merge')} icon={<Equal size={15} />} look="primary" onClick={merge} />
      <Act keys="D" label={t('review.different')} icon={<Split size={15} />} look="outline" onClick={() => onSay({ verdict: 'different' })} />
      <Act keys="S" label={t('review.skip')} look="ghost" onClick={() => onSay({ verdict: 'skip' })} />
    </>
  ) : pair.state === 'different' ? (
    <Button look="outline" size="lg" onClick={() => onSay({ verdict: 'reopen' })}><Undo2 size={15} />{t('review.reopen')}</Button>
  ) : pair.merge ? (
    <Button look="outline" size="lg" onClick={onSplit}><Split size={15} />{t('merge.unmerge')}</Button>
  ) : null

  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
      <div className="min-h-0 flex-1 overflow-y-auto" data-pair={pair.id}>
        <div className="mx-auto flex max-w-[1040px] flex-col gap-4 px-6 pb-8 max-md:px-4">
          <header className="z-4 -mb-1 flex flex-wrap items-center gap-x-4 gap-y-1 bg-surface py-4 md:sticky md:top-0">
            <p className="text-key font-semibold tracking-[-0.02em] tabular-nums">{probabilityText(pair.probability, locale)}</p>
            <div className="min-w-0 flex-1">
              <h1 className="text-lead font-semibold">{pair.state === 'same' ? t('review.is_joined') : pair.state === 'different' ? t('review.is_apart') : t(likelihoodKey(likelihoodOf(pair.probability)))}</h1>
              <p className="text-fg-2">
                {t('review.differ', { count: differ })}
                {pair.state === 'second' && ` · ${t('review.second_wanted')}`}
                {!isOpen && pair.decided_at && ` · ${t('review.decided', { when: formatRelative(pair.decided_at, locale) })}`}
              </p>
            </div>
            {mayDecide && (
              <div className="flex items-center gap-2 max-md:hidden">
                {answers}
                <Hint label={t('shortcuts.title')} keys="?"><Button size="icon" aria-label={t('shortcuts.title')} onClick={() => shortcutsStore.set(true)}><CircleHelp size={15} /></Button></Hint>
              </div>
            )}
          </header>
          <section aria-label={t('review.both')} className="rounded-md border border-line md:px-4">
            <SideBySide object={object} records={records} sides={shown} survivor={kept} onSurvive={setSurvivor} onPick={(field, record) => setPicks((held) => ({ ...held, [field]: record }))} frozen={!isOpen || !mayDecide} />
            {shown.length < sides.length && (
              <button type="button" onClick={() => setWhole(true)} className="flex min-h-9 w-full items-center gap-1.5 border-t border-line text-meta text-fg-3 hover:text-fg max-md:px-3">
                <UnfoldVertical size={13} />
                {t('review.more_same', { count: same.length - shown.filter((side) => side.state === 'same').length })}
              </button>
            )}
          </section>
          {preview.data && !preview.data.one_already && isOpen && <Follows preview={preview.data} />}
          {pair.why.length > 0 && !isEmpty(pair.prior_bits) && <Waterfall pair={pair} />}
        </div>
      </div>
      {/* On a phone the answers lie under the thumb; elsewhere they stay beside the likelihood, where no notice covers them. */}
      {mayDecide && <div className="flex shrink-0 items-center gap-1.5 border-t border-line bg-surface px-3 py-2 md:hidden">{answers}</div>}
    </div>
  )
}

function Act({ keys, label, icon, look, onClick }: { keys: string; label: string; icon?: React.ReactNode; look: 'primary' | 'outline' | 'ghost'; onClick: () => void }) {
  return (
    <Button look={look} size="lg" onClick={onClick} aria-keyshortcuts={keys} className="max-md:flex-1">
      {icon}
      {label}
      <kbd className={cx('max-md:hidden', look === 'primary' ? 'ms-1 rounded-xs bg-white/18 px-1.5 text-label font-medium' : 'key ms-1')}>{keys}</kbd>
    </Button>
  )
}
