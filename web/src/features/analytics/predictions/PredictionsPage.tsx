/** What is foretold of customers, contracts and leads, and the points of leads. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Pencil, Plus, RotateCw, Telescope, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { notify } from '@/lib/actions'
import { reasonOf } from '@/lib/api'
import { dropPrediction, learnAgain, predictionsQuery, savePrediction, type Asked, type Prediction } from '@/lib/predictions'
import { useObject, useSession } from '@/lib/session'
import { Button, IconButton, Segments } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import { Blank } from '@/ui/states'
import { Answer, Page, useChoices } from '../parts'
import { PointsRules } from './PointsRules'
import { PredictionCard } from './PredictionCard'
import { PredictionForm } from './PredictionForm'

export default function PredictionsPage() {
  const { t } = useTranslation()
  const [search, choose] = useChoices()
  const hasLeads = useObject('lead')?.can.read === true
  const isPoints = hasLeads && search['part'] === 'points'
  return (
    <Page icon={Telescope} title={t('analysis.predictions')} tools={hasLeads && <Segments label={t('foretold.part')} value={isPoints ? 'points' : 'foretold'} options={[{ value: 'foretold', label: t('foretold.title') }, { value: 'points', label: t('points.title') }]} onChange={(part) => choose({ part: part === 'points' ? part : undefined })} />}>
      {isPoints ? <PointsRules /> : <Predictions />}
    </Page>
  )
}

function Predictions() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const told = useQuery(predictionsQuery)
  const isAdmin = useSession()?.can.admin === true
  const hasLeads = useObject('lead')?.can.read === true
  const [form, setForm] = useState<{ before?: Prediction; preset?: Partial<Asked> } | null>(null)
  const [dropped, setDropped] = useState<Prediction | null>(null)

  async function does(work: () => Promise<void>) {
    try {
      await work()
      await queries.invalidateQueries({ queryKey: predictionsQuery.queryKey })
    } catch (error) {
      notify({ text: reasonOf(error), tone: 'bad' })
    }
  }

  const leads: Partial<Asked> = { name: t('foretold.conversion'), code: 'conversion', object: 'lead', outcome: 'status = "converted"', decided: 'status in ("converted", "unqualified")' }
  const begin = isAdmin && (
    <div className="flex flex-wrap justify-center gap-2">
      {hasLeads && !told.data?.some((one) => one.object === 'lead') && <Button look="outline" onClick={() => setForm({ preset: leads })}>{t('foretold.of_leads')}</Button>}
      <Button look="primary" onClick={() => setForm({})}><Plus size={14} aria-hidden />{t('foretold.new')}</Button>
    </div>
  )
  return (
    <>
      <Answer query={told}>
        {(all) => (all.length === 0 ? <Blank icon={Telescope} title={t('foretold.none')} action={begin}>{t('foretold.none_hint')}</Blank> : (
          <>
            <div className="flex flex-wrap items-center gap-3"><p className="min-w-0 flex-1 basis-60 text-fg-2">{t('foretold.lead')}</p>{begin}</div>
            <ul className="flex flex-col gap-4">
              {all.map((one) => (
                <PredictionCard
                  key={one.id}
                  told={one}
                  {...(isAdmin ? { onTrust: (field: string) => void does(() => savePrediction({ ...askedOf(one), trusted: [...one.trusted, field] }, one.id)) } : {})}
                  tools={isAdmin && (
                    <span className="flex gap-1">
                      <IconButton label={t('foretold.again')} disabled={one.job !== null} onClick={() => void does(() => learnAgain(one.id))}><RotateCw size={14} className={one.job ? 'animate-spin motion-reduce:animate-none' : ''} /></IconButton>
                      <IconButton label={t('foretold.change')} onClick={() => setForm({ before: one })}><Pencil size={14} /></IconButton>
                      <IconButton label={t('foretold.drop')} onClick={() => setDropped(one)}><Trash2 size={14} /></IconButton>
                    </span>
                  )}
                />
              ))}
            </ul>
          </>
        ))}
      </Answer>
      {form && <PredictionForm {...form} onClose={() => setForm(null)} />}
      {dropped && (
        <Modal open title={t('foretold.drop')} onClose={() => setDropped(null)} footer={<><Button onClick={() => setDropped(null)}>{t('common.cancel')}</Button><Button look="danger" onClick={() => void does(() => dropPrediction(dropped.id)).then(() => setDropped(null))}>{t('foretold.drop')}</Button></>}>
          <p>{t('foretold.drop_is', { name: dropped.name })}</p>
        </Modal>
      )}
    </>
  )
}

function askedOf({ name, code, object, outcome, among, decided, starts, ends, fields, trusted, every_days }: Prediction): Asked {
  return { name, code, object, outcome, among, decided, starts, ends, fields, trusted, every_days }
}
