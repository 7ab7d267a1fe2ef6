/** Everything that is computed: which version, of when, how well it did on what it had not seen, and when not to trust it. */

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from '@/lib/useTranslation'
import { modelsQuery, type BackTest, type Model } from '@/lib/analysis'
import { isShare } from '@/lib/analysisFigures'
import { useAnalysisWords } from '@/lib/analysisWords'
import { objectByName } from '@/lib/definitions'
import { formatDate, formatNumber, formatTime } from '@/lib/format'
import { predictionsQuery } from '@/lib/predictions'
import { useDefinitions, useLabel, useLocale } from '@/lib/session'
import { iconOf } from '@/ui/icons'
import { Pill } from '@/ui/kit'
import { Blank } from '@/ui/states'
import { kindOf, numbersOf, QUALITIES, TRUST } from './models'
import { TD, TH } from '@/ui/charts/cells'
import { Answer, Page, Section, Warnings } from './parts'
import { PredictionCard } from './predictions/PredictionCard'

export default function ModelsPage() {
  const { t } = useTranslation()
  const models = useQuery(modelsQuery)
  const foretold = useQuery(predictionsQuery).data ?? []
  return (
    <Page icon={iconOf('badge-check')} title={t('analysis.models')}>
      <Answer query={models}>
        {(told) => told.length === 0 ? <Blank icon={iconOf('boxes')} title={t('models.none')}>{t('models.none_hint')}</Blank> : (
          <>
            <p className="text-fg-2">{t('models.lead')}</p>
            <ul className="flex flex-col gap-4">{told.map((model) => <Card key={`${model.model} ${model.object ?? ''}`} model={model} />)}</ul>
          </>
        )}
      </Answer>
      {foretold.length > 0 && (
        <Section title={t('foretold.title')} tools={<Link to="/analysis/predictions" className="rounded-xs text-accent-text hover:underline">{t('foretold.all')}</Link>}>
          <ul className="flex flex-col gap-4">{foretold.map((one) => <PredictionCard key={one.id} told={one} />)}</ul>
        </Section>
      )}
    </Page>
  )
}

function Card({ model }: { model: Model }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const labelOf = useLabel()
  const definitions = useDefinitions()
  const words = useAnalysisWords()
  const kind = kindOf(model.model)
  const trust = TRUST[model.trust ?? '']
  const about = /^forecast[.:](\w+)/.exec(model.model)?.[1]
  const whom = model.object && labelOf(objectByName(definitions, model.object)?.label_plural)
  const quality = Object.entries(model.quality).filter((entry): entry is [string, number] => typeof entry[1] === 'number' && QUALITIES[entry[0]] !== undefined)
  const parameters = numbersOf(model.parameters).map(({ name, value, error }) => [name, formatNumber(Math.round(value * 10_000) / 10_000, locale), error !== null && `± ${formatNumber(Math.round(error * 10_000) / 10_000, locale)}`].filter(Boolean).join(' '))
  const rows = model.customers ?? null
  return (
    <li className="rounded-md p-4 shadow-[inset_0_0_0_1px_var(--line)]">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="text-lead font-semibold">{[kind ? t(kind.title) : model.model, about ? words.measure(about) : whom].filter(Boolean).join(': ')}</h2>
        {trust && <Pill hue={trust.hue} dot>{t(trust.name)}</Pill>}
        <span className="flex-1" />
        <span className="text-meta text-fg-3">
          {[
            model.version !== null && t('models.version', { number: model.version }),
            model.as_of && t('customers.as_of', { day: formatDate(model.as_of, locale) }),
            model.made_at !== null && formatTime(new Date(model.made_at).toISOString(), locale),
            rows !== null && t('clusters.customers', { count: rows, number: formatNumber(rows, locale) }),
          ].filter(Boolean).join(' · ')}
        </span>
      </div>
      {kind && <p className="mt-1 text-fg-2">{t(kind.is)}</p>}
      {model.quality.test && <Tested test={model.quality.test} />}
      {quality.length > 0 && (
        <dl aria-label={t('models.quality')} className="mt-3 flex flex-wrap gap-x-8 gap-y-2">
          {quality.map(([name, one]) => (
            <div key={name}>
              <dt className="text-meta text-fg-3">{t(QUALITIES[name] ?? '')}</dt>
              <dd className="text-figure font-semibold tabular-nums">{isShare(name) ? words.share(one) : formatNumber(Math.round(one * 1000) / 1000, locale)}</dd>
            </div>
          ))}
        </dl>
      )}
      {model.doubts.length > 0 && <div className="mt-3"><Warnings warnings={model.doubts} /></div>}
      {kind && <p className="mt-3"><span className="font-medium">{t('models.beware')}</span> <span className="text-fg-2">{t(kind.beware)}</span></p>}
      {parameters.length > 0 && <p className="mt-2 text-meta break-words text-fg-3 tabular-nums">{t('models.parameters')}: {parameters.join(' · ')}</p>}
      {(model.versions?.length ?? 0) > 1 && <p className="mt-1 text-meta text-fg-3">{t('models.before')}: {model.versions?.slice(1, 6).map((one) => `${one.version} (${formatDate(one.as_of, locale)}${one.total_error === null ? '' : `, ${new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0, signDisplay: 'exceptZero' }).format(one.total_error)}`})`).join(' · ')}</p>}
    </li>
  )
}

/** What it foretold of the last weeks without having seen them, and what came. */
function Tested({ test }: { test: BackTest }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const words = useAnalysisWords()
  const two = (value: number) => formatNumber(Math.round(value * 100) / 100, locale)
  return (
    <div className="mt-3">
      <ul className="flex list-disc flex-col gap-1 ps-5">
        <li>{t('models.foretold', { weeks: words.number(test.weeks), customers: words.number(test.customers), predicted: words.number(test.predicted), actual: words.number(test.actual) })}</li>
        <li>{t('models.missed', { mae: two(test.mae), own: two(test.mae_of_own_rate), mean: two(test.mae_of_mean) })}</li>
      </ul>
      {test.calibration.length > 0 && (
        <table className="mt-3 border-separate border-spacing-0">
          <thead>
            <tr>
              <th scope="col" className={`${TH} !ps-0`}>{t('models.repeats')}</th>
              {[t('measure.customers'), t('models.predicted'), t('models.actual')].map((head) => <th key={head} scope="col" className={`${TH} !text-end`}>{head}</th>)}
            </tr>
          </thead>
          <tbody>
            {test.calibration.map((one, index) => (
              <tr key={one.repeats}>
                <th scope="row" className={`${TD} !py-1 !ps-0 text-start font-normal tabular-nums`}>{words.number(one.repeats)}{index === test.calibration.length - 1 ? '+' : ''}</th>
                <td className={`${TD} !py-1 text-end tabular-nums`}>{words.number(one.customers)}</td>
                <td className={`${TD} !py-1 text-end tabular-nums`}>{two(one.predicted)}</td>
                <td className={`${TD} !py-1 text-end tabular-nums`}>{two(one.actual)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}
