/** One prediction: what is foretold, how well it proved on records it had not seen, what it goes by, and when not to trust it. */

import { Link } from '@tanstack/react-router'
import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { useAnalysisWords } from '@/lib/analysisWords'
import { objectByName } from '@/lib/definitions'
import { formatNumber, formatTime } from '@/lib/format'
import { ALL } from '@/lib/listUrl'
import type { LeftOut, Measures, Prediction } from '@/lib/predictions'
import { useDefinitions, useLabel, useLocale } from '@/lib/session'
import { Pill } from '@/ui/kit'
import { TRUST } from '../models'
import { TD, TH } from '@/ui/charts/cells'
import { DOUBTS, FAMILIES, WHY } from './words'

const SHOWN = 8

export function PredictionCard({ told, tools, onTrust }: { told: Prediction; tools?: ReactNode; onTrust?: (field: string) => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const words = useAnalysisWords()
  const labelOf = useLabel()
  const object = objectByName(useDefinitions(), told.object)
  const name = (field: string) => labelOf(object?.fields.find((one) => one.name === field)?.label) || field
  const quality = told.quality
  const held = quality?.held_out?.[0]
  const other = quality?.held_out?.[1]
  const trust = TRUST[told.trust ?? '']
  const two = (value: number) => formatNumber(Math.round(value * 100) / 100, locale)
  const three = (value: number) => formatNumber(Math.round(value * 1000) / 1000, locale)
  const leaks = (quality?.left_out ?? []).filter((one) => one.auc !== undefined)
  return (
    <li className="rounded-md p-4 shadow-[inset_0_0_0_1px_var(--line)]">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="text-lead font-semibold">{[labelOf(object?.label_plural), told.name].filter(Boolean).join(': ')}</h2>
        {trust && <Pill hue={trust.hue} dot>{t(trust.name)}</Pill>}
        <span className="flex-1" />
        {tools}
      </div>
      <p className="mt-1 text-fg-2">
        {t('foretold.what')} <code className="rounded-sm bg-hover px-1.5 py-0.5 text-meta break-words">{told.outcome}</code>
        {told.decided && <> {t('foretold.from_decided')} <code className="rounded-sm bg-hover px-1.5 py-0.5 text-meta break-words">{told.decided}</code></>}
      </p>
      <p className="mt-1 text-meta text-fg-3">
        {told.version === undefined ? t(told.job ? 'foretold.learning' : 'foretold.not_learned') : [
          t('models.version', { number: told.version }), told.made_at && formatTime(told.made_at, locale),
          quality && t('foretold.learned_from', { rows: words.number(quality.rows), with: words.number(quality.with) }),
          quality?.family && t(FAMILIES[quality.family] ?? ''), told.job && t('foretold.learning'),
        ].filter(Boolean).join(' · ')}
      </p>
      {held && (
        <>
          <dl aria-label={t('models.quality')} className="mt-3 flex flex-wrap gap-x-8 gap-y-2">
            {[
              [t('foretold.auc'), three(held.measures.auc), t('foretold.auc_is')],
              [t('foretold.top_tenth'), `× ${two(held.measures.lift_of_top_tenth)}`, t('foretold.top_tenth_is')],
              [t('foretold.log_loss'), three(held.measures.log_loss), t('foretold.log_loss_is', { share: three(held.measures.log_loss_of_share) })],
              [t('foretold.slope'), held.measures.calibration_slope === null ? '–' : two(held.measures.calibration_slope), t('foretold.slope_is')],
              ...(quality.ahead ? [[t('foretold.ahead'), three(quality.ahead.auc), t('foretold.ahead_is')]] : []),
            ].map(([title, value, is]) => (
              <div key={title} title={is}>
                <dt className="text-meta text-fg-3">{title}</dt>
                <dd className="text-figure font-semibold tabular-nums">{value}</dd>
              </div>
            ))}
          </dl>
          {other && <p className="mt-1 text-meta text-fg-3">{t('foretold.other', { family: t(FAMILIES[other.family] ?? ''), auc: three(other.measures.auc), loss: three(other.measures.log_loss) })}</p>}
        </>
      )}
      {(told.doubts ?? []).length > 0 && (
        <ul className="mt-3 flex flex-col gap-1">
          {told.doubts?.map((doubt) => (
            <li key={doubt.code} className="flex items-start gap-2"><TriangleAlert size={14} aria-hidden className="mt-[3px] shrink-0 text-warn" />{t(DOUBTS[doubt.code ?? ''] ?? '')}</li>
          ))}
        </ul>
      )}
      {leaks.length > 0 && <Leaks leaks={leaks} name={name} onTrust={onTrust} />}
      {held && (
        <div className="mt-4 grid grid-cols-[minmax(0,3fr)_minmax(0,2fr)] gap-x-8 gap-y-4 max-md:grid-cols-1">
          <Deciles measures={held.measures} />
          <Weights weights={(quality.weights ?? []).slice(0, SHOWN)} name={name} />
        </div>
      )}
      {told.told > 0 && object && (
        <p className="mt-3">
          <Link to="/o/$plural" params={{ plural: object.plural }} search={{ view: ALL, f: `${told.code}_probability is not empty`, sort: `-${told.code}_probability` } as never} className="rounded-xs text-accent-text hover:underline">{t('foretold.open', { count: told.told, number: words.number(told.told) })}</Link>
        </p>
      )}
      {told.versions.length > 1 && <p className="mt-1 text-meta text-fg-3">{t('models.before')}: {told.versions.slice(1, 6).map((one) => `${one.version} (${formatTime(one.made_at, locale)}${one.auc === null ? '' : `, ${three(one.auc)}`})`).join(' · ')}</p>}
    </li>
  )
}

/** Fields that were left out because they tell too much. */
function Leaks({ leaks, name, onTrust }: { leaks: LeftOut[]; name: (field: string) => string; onTrust: ((field: string) => void) | undefined }) {
  const { t } = useTranslation()
  const words = useAnalysisWords()
  return (
    <ul className="mt-1 flex flex-col gap-1 ps-[22px]">
      {leaks.map((leak) => (
        <li key={leak.field} className="flex flex-wrap items-baseline gap-x-2 text-fg-2">
          <span className="font-medium text-fg">{name(leak.field)}</span>
          {t(WHY[leak.why] ?? '')} {t('foretold.alone', { share: words.share(leak.auc ?? 0) })}
          {onTrust && <button type="button" onClick={() => onTrust(leak.field)} className="rounded-xs text-accent-text hover:underline">{t('foretold.trust_it', { field: name(leak.field) })}</button>}
        </li>
      ))}
    </ul>
  )
}

/** Records it had not seen, in tenths from the likeliest down: what was said of them, and what came. */
function Deciles({ measures }: { measures: Measures }) {
  const { t } = useTranslation()
  const words = useAnalysisWords()
  const locale = useLocale()
  const most = Math.max(...measures.deciles.map((one) => Math.max(one.with, one.expected) / one.rows), 0.01)
  const width = (share: number) => ({ width: `${Math.max(1, (100 * share) / most)}%` })
  return (
    <table className="w-full table-fixed border-separate border-spacing-0">
      <caption className="pb-1 text-start text-meta text-fg-3">{t('foretold.tenths')}</caption>
      <thead>
        <tr>
          <th scope="col" className={`${TH} w-12 !ps-0`}>{t('foretold.tenth')}</th>
          <th scope="col" className={TH}>{t('foretold.said_and_came')}</th>
          <th scope="col" className={`${TH} w-16 !text-end`}>{t('foretold.lift')}</th>
          <th scope="col" className={`${TH} w-20 !pe-0 !text-end`}>{t('foretold.gained')}</th>
        </tr>
      </thead>
      <tbody>
        {measures.deciles.map((one, index) => (
          // oxlint-disable-next-line react/no-array-index-key
          <tr key={index}>
            <th scope="row" className={`${TD} !py-1 !ps-0 text-start font-normal tabular-nums`}>{index + 1}</th>
            <td className={`${TD} !py-1`}>
              <span className="flex items-center gap-2 text-meta tabular-nums">
                <span className="flex min-w-0 flex-1 flex-col gap-px" aria-hidden>
                  <span className="h-1.5 rounded-xs bg-line-strong" style={width(one.expected / one.rows)} />
                  <span className="h-1.5 rounded-xs bg-accent" style={width(one.with / one.rows)} />
                </span>
                <span className="w-[92px] shrink-0 text-end">{words.share(one.expected / one.rows)} → {words.share(one.with / one.rows)}</span>
              </span>
            </td>
            <td className={`${TD} !py-1 text-end tabular-nums`}>{formatNumber(Math.round(one.lift * 10) / 10, locale)}</td>
            <td className={`${TD} !py-1 !pe-0 text-end tabular-nums`}>{words.share(one.gained)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** What moves it most. */
function Weights({ weights, name }: { weights: { field: string; weight: number }[]; name: (field: string) => string }) {
  const { t } = useTranslation()
  const most = weights[0]?.weight || 1
  return (
    <div>
      <p className="pb-1 text-meta text-fg-3">{t('foretold.goes_by')}</p>
      <ul className="flex flex-col gap-2">
        {weights.map((one) => (
          <li key={one.field}>
            <p className="truncate">{name(one.field)}</p>
            <span aria-hidden className="block h-1.5 rounded-xs bg-accent" style={{ width: `${Math.max(1, (100 * one.weight) / most)}%` }} />
          </li>
        ))}
      </ul>
    </div>
  )
}
