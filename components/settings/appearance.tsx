'use client'

import { useTranslations } from 'next-intl'
import { useRouter } from 'next/navigation'
import { useState, type ReactNode } from 'react'
import { Checkbox } from '#components/ui/checkbox.tsx'
import { setNotifying, useNotifying } from '#components/ui/notify.ts'
import { readTheme, saveLocale, saveTheme, themes, type Theme } from '#components/ui/preferences.ts'
import { Section } from './section.tsx'

function Choice({ name, checked, onChoose, children, lang }: { name: string; checked: boolean; onChoose: () => void; children: ReactNode; lang?: string }) {
  return (
    <label className="flex h-8 cursor-pointer items-center gap-2.5 max-sm:h-11" lang={lang}>
      <input
        type="radio"
        name={name}
        checked={checked}
        onChange={onChoose}
        className="size-3.5 appearance-none rounded-full border border-line-control bg-surface checked:border-4 checked:border-info"
      />
      {children}
    </label>
  )
}

function ThemeChoice({ first }: { first: Theme }) {
  const t = useTranslations('settings')
  const shell = useTranslations('shell')
  const [theme, setTheme] = useState(first)
  const words = { system: shell('themeSystem'), light: shell('themeLight'), dark: shell('themeDark') } satisfies Record<Theme, string>
  return (
    <Section title={t('theme')} text={t('themeText')}>
      <fieldset className="px-5">
        <legend className="sr-only">{t('theme')}</legend>
        {themes.map((value) => (
          <Choice
            key={value}
            name="theme"
            checked={theme === value}
            onChoose={() => {
              saveTheme(value)
              setTheme(readTheme())
            }}
          >
            {words[value]}
          </Choice>
        ))}
      </fieldset>
    </Section>
  )
}

function LanguageChoice({ first, languages }: { first: string | null; languages: [string, string][] }) {
  const t = useTranslations('settings')
  const router = useRouter()
  const [language, setLanguage] = useState(first)
  const choose = (value: string | null) => {
    saveLocale(value)
    setLanguage(value)
    router.refresh()
  }
  return (
    <Section title={t('language')} text={t('languageText')}>
      <fieldset className="px-5">
        <legend className="sr-only">{t('language')}</legend>
        <Choice name="language" checked={language === null} onChoose={() => choose(null)}>
          {t('languageSystem')}
        </Choice>
        {languages.map(([value, name]) => (
          <Choice key={value} name="language" lang={value} checked={language === value} onChoose={() => choose(value)}>
            {name}
          </Choice>
        ))}
      </fieldset>
    </Section>
  )
}

function NotifyChoice() {
  const t = useTranslations('settings')
  const notifying = useNotifying()
  const reason = notifying === 'denied' ? t('notifyDenied') : notifying === 'unsupported' ? t('notifyUnsupported') : null
  return (
    <Section title={t('notify')} text={t('notifyText')}>
      <div className="px-5">
        <Checkbox checked={notifying === 'on'} disabled={notifying === null || reason !== null} onChange={(event) => void setNotifying(event.target.checked)}>
          {t('notifyOn')}
        </Checkbox>
        {reason !== null && <p className="text-label text-muted">{reason}</p>}
      </div>
    </Section>
  )
}

/** Theme, language and notifications of this browser; they take effect at once. */
export function Appearance({ theme, locale, languages }: { theme: Theme; locale: string | null; languages: [string, string][] }) {
  return (
    <>
      <ThemeChoice first={theme} />
      <LanguageChoice first={locale} languages={languages} />
      <NotifyChoice />
    </>
  )
}
