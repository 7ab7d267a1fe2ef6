import { Monitor, Moon, Sun } from 'lucide-react'
import { useTranslation } from '@/lib/useTranslation'
import { changeLanguage, isLanguage, LANGUAGES } from '@/lib/i18n'
import { isOfflineOn, keptCount, switchOffline } from '@/lib/offline'
import { useLocale, useSettings } from '@/lib/session'
import { formatNumber } from '@/lib/format'
import { setTheme, THEMES, useTheme, type Theme } from '@/lib/theme'
import { Segments, Tick } from '@/ui/kit'
import { Page, Section, SwitchLine } from './parts'
import { useEffect, useState } from 'react'

const LABELS: Record<Theme, string> = { light: 'theme.light', dark: 'theme.dark', system: 'theme.system' }
const ICONS = { light: Sun, dark: Moon, system: Monitor }

export default function AppearancePage() {
  const { t, i18n } = useTranslation()
  const theme = useTheme()
  const [settings, setSettings] = useSettings()
  return (
    <Page title={t('settings.appearance')} lead={t('settings.appearance_lead')}>
      <section className="flex flex-col gap-2">
        <h2 className="text-lead font-semibold">{t('theme.title')}</h2>
        <div>
          <Segments
            label={t('theme.title')}
            value={theme}
            options={THEMES.map((one) => {
              const Icon = ICONS[one]
              return { value: one, label: t(LABELS[one]), icon: <Icon size={14} /> }
            })}
            onChange={(next) => {
              setTheme(next)
              setSettings((held) => ({ ...held, theme: next }))
            }}
          />
        </div>
      </section>
      <section className="flex flex-col gap-2">
        <h2 className="text-lead font-semibold">{t('language.title')}</h2>
        <div>
          <Segments
            label={t('language.title')}
            value={i18n.language}
            options={LANGUAGES.map((language) => ({ value: language.code, label: language.name }))}
            onChange={(next) => {
              if (!isLanguage(next)) return
              void changeLanguage(next)
              setSettings((held) => ({ ...held, language: next }))
            }}
          />
        </div>
        <p className="text-fg-3">{t('language.hint')}</p>
      </section>
      <section className="flex flex-col gap-2">
        <h2 className="text-lead font-semibold">{t('settings.keyboard')}</h2>
        <label className="flex items-center gap-2.5">
          <Tick label={t('settings.letters')} checked={settings.letters !== false} onChange={(on) => setSettings((held) => ({ ...held, letters: on }))} />
          {t('settings.letters')}
        </label>
        <p className="text-fg-3">{t('settings.letters_hint')}</p>
      </section>
      <Offline />
    </Page>
  )
}

/** Only this device: another one keeps its own. */
function Offline() {
  const { t } = useTranslation()
  const locale = useLocale()
  const [on, setOn] = useState(isOfflineOn)
  const [count, setCount] = useState(0)
  useEffect(() => {
    void keptCount().then(setCount)
  }, [on])
  return (
    <Section title={t('settings.offline')}>
      <SwitchLine
        label={t('settings.offline_keep')}
        hint={on ? t('settings.offline_hint', { count, number: formatNumber(count, locale) }) : t('settings.offline_off')}
        checked={on}
        onChange={(next) => {
          setOn(next)
          void switchOffline(next)
        }}
      />
    </Section>
  )
}
