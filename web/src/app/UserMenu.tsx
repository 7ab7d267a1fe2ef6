/** Me: theme, language, sign out. */

import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { CircleHelp, LogOut, Monitor, Moon, Sun } from 'lucide-react'
import { useTranslation } from '@/lib/useTranslation'
import { changeLanguage, LANGUAGES, type Language } from '@/lib/i18n'
import { shortcutsStore } from '@/lib/panels'
import { signOut } from '@/lib/signOut'
import { useSession, useSettings } from '@/lib/session'
import { setTheme, THEMES, useTheme, type Theme } from '@/lib/theme'
import { Avatar, cx, Drop, DropItem, DropLine, DropTitle } from '@/ui/kit'

const THEME_LABELS: Record<Theme, string> = { light: 'theme.light', dark: 'theme.dark', system: 'theme.system' }
const THEME_ICONS = { light: Sun, dark: Moon, system: Monitor }

export function UserMenu({ rail, inBar }: { rail: boolean; inBar?: boolean }) {
  const { t, i18n } = useTranslation()
  const session = useSession()
  const [, setSettings] = useSettings()
  const chosen = useTheme()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const name = session?.user.name ?? ''

  return (
    <Drop
      side={inBar ? 'bottom' : 'top'}
      align={inBar ? 'end' : 'start'}
      width="w-60"
      trigger={
        <button type="button" aria-label={rail ? t('shell.me', { name }) : undefined} className={cx('flex h-9 items-center gap-2 rounded-sm px-1.5 text-start hover:bg-active data-popup-open:bg-active', rail && 'justify-center')}>
          <Avatar name={name} size={22} />
          {!rail && <span className="flex-1 truncate font-medium">{name}</span>}
        </button>
      }
    >
      <div className="px-2 pt-1 pb-1.5">
        <p className="truncate font-medium">{name}</p>
        <p className="truncate text-meta text-fg-3">{session?.user.email}</p>
      </div>
      <DropLine />
      <DropTitle>{t('theme.title')}</DropTitle>
      {THEMES.map((theme) => {
        const Icon = THEME_ICONS[theme]
        return (
          <DropItem
            key={theme}
            icon={<Icon size={15} />}
            checked={chosen === theme}
            closeOnClick={false}
            onClick={() => {
              setTheme(theme)
              setSettings((held) => ({ ...held, theme }))
            }}
          >
            {t(THEME_LABELS[theme])}
          </DropItem>
        )
      })}
      <DropLine />
      <DropTitle>{t('language.title')}</DropTitle>
      {LANGUAGES.map((language) => (
        <DropItem
          key={language.code}
          icon={<span className="text-label font-medium uppercase">{language.code}</span>}
          checked={i18n.language === language.code}
          closeOnClick={false}
          onClick={() => chooseLanguage(language.code)}
        >
          <span lang={language.code}>{language.name}</span>
        </DropItem>
      ))}
      <DropLine />
      <DropItem icon={<CircleHelp size={15} />} keys="?" onClick={() => shortcutsStore.set(true)}>
        {t('shortcuts.title')}
      </DropItem>
      <DropItem icon={<LogOut size={15} />} onClick={() => void signOut(queries).then(() => navigate({ to: '/sign-in', search: {} }))}>
        {t('session.sign_out')}
      </DropItem>
    </Drop>
  )

  function chooseLanguage(code: Language) {
    void changeLanguage(code)
    setSettings((held) => ({ ...held, language: code }))
  }
}
