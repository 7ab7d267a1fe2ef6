/** One picture over the page, as large as the window allows. */

import { Download } from 'lucide-react'
import { useTranslation } from '@/lib/useTranslation'
import { Modal } from './overlays'

export default function Picture({ src, name, onClose }: { src: string; name: string; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Modal open title={name} onClose={onClose} width="max-w-[min(1100px,calc(100vw-24px))]">
      <div className="flex flex-col items-center gap-3">
        <img src={src} alt={name} className="max-h-[62vh] max-w-full rounded-md object-contain" />
        <a href={src} download className="inline-flex min-h-6 items-center gap-1.5 text-accent-text hover:underline"><Download size={14} />{t('file.download')}</a>
      </div>
    </Modal>
  )
}
