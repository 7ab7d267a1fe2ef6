/** Everything that is computed: which version, of when, how well it did on what it had not seen, and when not to trust it. */

import { useQuery } from '@tanstack/react-query'
import { Info } from 'lucide-react'
import { useTranslation } from '@/lib/useTranslation'
import { modelsQuery, type Model } from '@/lib/analysis'
import { isShare } from '@/lib/analysisFigures'
import { useAnalysisWords } from '@/lib/analysisWords'
import { formatDate, formatNumber, formatTime } from '@/lib/format'
import { useLocale } from '@/lib/session'
import { iconOf } from '@/ui/icons'
import { Pill } from '@/ui/kit'
import { Blank } from '@/ui/states'
import { kindOf, QUALITIES, TRUST } from './models'
import { Answer, Page } from './parts'

export default function ModelsPage() {
  const { t } = useTranslation()
  const models = useQuery(modelsQuery)
  return (
    <Page icon={iconOf('badge-check')} title={t('analysis.models')}>
      <Answer query={models}>
        {(told) => told.length === 0 ? <Blank icon={iconOf('boxes')} title={t('models.none')}>{t('models.none_hint')}</Blank> : (
          <>
            <p className="text-fg-2">{t('models.lead')}</p>
            <ul className="flex flex-col gap-4">{told.map((model) => <Card key={model.model} model={model} />)}</ul>
          </>
        )}
      </Answer>
    </Page>
  )
}

function Card({ model }: { model: Model }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const words = useAnalysisWords()
  const kind = kindOf(model.model)
  const trust = TRUST[model.trust ?? '']
  const value = (name: string, one: number) => (isShare(name) ? words.share(one) : formatNumber(Math.round(one * 1000) / 1000, locale))
  const quality = Object.entries(model.quality).filter((entry): entry is [string, number] => typeof entry[1] === 'number')
  const parameters = Object.entries(model.parameters).flatMap(([name, one]) => (typeof one === 'number' ? [`${name} ${formatNumber(Math.round(one * 10_000) / 10_000, locale)}`] : typeof one === 'string' ? [`${name} ${one}`] : []))
  const about = /^forecast[.:](\w+)/.exec(model.model)?.[1]
  return (
    <li className="rounded-md p-4 shadow-[inset_0_0_0_1px_var(--line)]">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="text-lead font-semibold">{kind ? t(kind.title) : model.model}{about && `: ${words.measure(about)}`}</h2>
        {trust && <Pill hue={trust.hue} dot>{t(trust.name)}</Pill>}
        <span className="flex-1" />
        <span className="text-meta text-fg-3">
          {[
            model.version !== null && t('models.version', { number: model.version }),
            model.as_of && t('customers.as_of', { day: formatDate(model.as_of, locale) }),
            model.made_at !== null && t('models.made', { when: formatTime(new Date(model.made_at).toISOString(), locale) }),
            model.rows !== null && t('models.rows', { count: model.rows, number: formatNumber(model.rows, locale) }),
          ].filter(Boolean).join(' · ')}
        </span>
      </div>
      {kind && <p className="mt-1 text-fg-2">{t(kind.is)}</p>}
      {quality.length > 0 && (
        <dl aria-label={t('models.quality')} className="mt-3 flex flex-wrap gap-x-8 gap-y-2">
          {quality.map(([name, one]) => (
            <div key={name}>
              <dt className="text-meta text-fg-3">{QUALITIES[name] ? t(QUALITIES[name]) : name.replaceAll('_', ' ')}</dt>
              <dd className="text-figure font-semibold tabular-nums">{value(name, one)}</dd>
            </div>
          ))}
        </dl>
      )}
      {model.doubts.length > 0 && (
        <ul aria-label={t('models.doubts')} className="mt-3 flex flex-col gap-1 rounded-md bg-warn-soft px-3 py-2 text-warn">
          {model.doubts.map((one) => <li key={JSON.stringify(one)} className="flex gap-2"><Info size={14} className="mt-[3px] shrink-0" /><span className="min-w-0">{words.warning(one)}</span></li>)}
        </ul>
      )}
      {kind && <p className="mt-3"><span className="font-medium">{t('models.beware')}</span> <span className="text-fg-2">{t(kind.beware)}</span></p>}
      {parameters.length > 0 && <p className="mt-2 text-meta break-words text-fg-3 tabular-nums">{t('models.parameters')}: {parameters.join(' · ')}</p>}
    </li>
  )
}
