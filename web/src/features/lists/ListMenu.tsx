/** What is done with a whole list besides looking at it: taken out as a file, filled from one, its bin. */

import { useNavigate } from '@tanstack/react-router'
import { Download, FileSpreadsheet, Trash2, Upload } from 'lucide-react'
import { useTranslation } from '@/lib/useTranslation'
import type { ObjectDef } from '@/lib/definitions'
import { DropItem, DropLine } from '@/ui/kit'

export default function ListMenu({ object, exportUrl }: { object: ObjectDef; exportUrl: (format: string) => string }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  return (
    <>
      {object.can.export && (
        <>
          {(['csv', 'xlsx', 'jsonl'] as const).map((format) => (
            <DropItem key={format} icon={format === 'xlsx' ? <FileSpreadsheet size={15} /> : <Download size={15} />} onClick={() => window.open(exportUrl(format), '_self')}>
              {t('list.export_as', { format: format.toUpperCase() })}
            </DropItem>
          ))}
          <DropLine />
        </>
      )}
      {object.can.import && <DropItem icon={<Upload size={15} />} onClick={() => void navigate({ to: '/imports', search: { object: object.plural } })}>{t('list.import')}</DropItem>}
      <DropItem icon={<Trash2 size={15} />} onClick={() => void navigate({ to: '/trash/$plural', params: { plural: object.plural } })}>{t('trash.title')}</DropItem>
    </>
  )
}
