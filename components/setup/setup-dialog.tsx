'use client'

import { useTranslations } from 'next-intl'
import type { BmcSetting } from '#lib/domain/bmc-setup.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'

type Props = { node: string; setting: BmcSetting; onYes: () => void; onClose: () => void }

/** Asks once more before a BMC is set, and says what follows from it: the console, the log and the next power cut are others' too. */
export function SetupDialog({ node, setting, onYes, onClose }: Props) {
  const common = useTranslations('common')
  const { title, text, isHarsh } = useSettingWords(node, setting)
  const set = () => {
    onYes()
    onClose()
  }
  return <ConfirmDialog title={title} description={text} yes={title} no={common('cancel')} isHarsh={isHarsh} onYes={set} onClose={onClose} />
}

function useSettingWords(node: string, setting: BmcSetting): { title: string; text: string; isHarsh: boolean } {
  const t = useTranslations('setup.ask')
  const policies = useTranslations('setup.policy')
  switch (setting.what) {
    case 'restore':
      return { title: t('restore', { node }), text: t('restoreText', { policy: policies(setting.policy) }), isHarsh: false }
    case 'clock':
      return { title: t('clock', { node }), text: t('clockText'), isHarsh: false }
    case 'sol':
      if (setting.bitRate !== undefined) return { title: t('bitRate', { node, rate: String(setting.bitRate) }), text: t('bitRateText'), isHarsh: false }
      return setting.isEnabled ? { title: t('solOn', { node }), text: t('solOnText'), isHarsh: false } : { title: t('solOff', { node }), text: t('solOffText'), isHarsh: true }
  }
}
