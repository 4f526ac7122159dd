'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { patchNodes } from '#lib/api/nodes-commands.ts'
import { nodesQuery } from '#lib/api/queries.ts'
import { toInverses } from '#lib/domain/bulk-edit.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import { groupName, type Node } from '#lib/domain/node.ts'
import { useErrorWords } from '../errors/use-error-words.ts'
import { Button } from '../ui/button.tsx'
import { Checkbox } from '../ui/checkbox.tsx'
import { Dialog, DialogPart } from '../ui/dialog.tsx'
import { TextArea, TextField } from '../ui/text-field.tsx'
import { toast } from '../ui/toast.tsx'
import { commonOf, countLabels, problemsOf, toEdit, untouched } from './edit-form.ts'
import { LabelPicker } from './label-picker.tsx'
import { toastWithUndo } from './undo-button.tsx'

/** Above so many different requests an undo is not offered: it would not be done at once. */
const mostInverses = 20

/** Groups, tags, rack, position, attributes and protection of the selected nodes. What is not touched stays as it is on each. */
export function EditNodes({ nodes, onClose }: { nodes: readonly Node[]; onClose: () => void }) {
  const t = useTranslations('fleet.edit')
  const words = useErrorWords()
  const client = useQueryClient()
  const all = useQuery(nodesQuery()).data?.nodes ?? nodes
  // What was selected when the dialog opened is what is changed, whatever the stream brings meanwhile.
  const [chosen] = useState(nodes)
  const [form, setForm] = useState(untouched)
  const edit = toEdit(form)
  const problems = problemsOf(form)
  const save = useMutation({
    mutationFn: () => patchNodes(chosen.map(({ name }) => name), edit),
    onSuccess: ({ changed }) => {
      void client.invalidateQueries({ queryKey: ['audit'] })
      const inverses = toInverses(chosen, edit)
      const message = { title: t('saved', { count: changed.length }), level: 'ok' as const }
      if (inverses.length === 0) toast(message)
      else if (inverses.length > mostInverses) toast({ ...message, text: t('noUndo') })
      else toastWithUndo(message, inverses, { undo: t('undo'), undone: t('undone'), failed: t('undoFailed') })
      onClose()
    },
  })
  const total = chosen.length
  const rack = form.rack ?? commonOf(chosen.map((node) => node.rack)) ?? ''
  const shield = form.protected ?? commonOf(chosen.map((node) => node.protected))
  const names = foldNames(chosen.map(({ name }) => name))
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('title', { count: total })}
      description={<span className="line-clamp-2 font-mono break-words">{names}</span>}
      footer={
        <>
          {save.error !== null && (
            <p role="alert" className="mr-auto text-critical">
              {words(save.error)}
            </p>
          )}
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="strong" onClick={() => save.mutate()} disabled={Object.keys(edit).length === 0 || problems.length > 0} busy={save.isPending}>
            {t('save')}
          </Button>
        </>
      }
    >
      <DialogPart>
        <LabelPicker
          legend={t('groups')}
          newLabel={t('newGroup')}
          labels={countLabels(chosen, all, 'groups')}
          total={total}
          asked={form.groups}
          onAsk={(groups) => setForm({ ...form, groups })}
          problemOf={(name) => (groupName.safeParse(name).success ? null : t('badGroup'))}
        />
      </DialogPart>
      <DialogPart>
        <LabelPicker
          legend={t('tags')}
          newLabel={t('newTag')}
          labels={countLabels(chosen, all, 'tags')}
          total={total}
          asked={form.tags}
          onAsk={(tags) => setForm({ ...form, tags })}
          problemOf={() => null}
        />
      </DialogPart>
      <DialogPart className="grid gap-4 sm:grid-cols-2">
        <TextField
          label={t('rack')}
          value={rack}
          maxLength={63}
          hint={form.rack === null && commonOf(chosen.map((node) => node.rack)) === undefined ? t('rackDiffers') : t('rackHint')}
          onChange={(event) => setForm({ ...form, rack: event.target.value })}
        />
        <TextField
          label={t('position')}
          value={form.position}
          inputMode="numeric"
          placeholder={String(commonOf(chosen.map((node) => node.position)) ?? '')}
          hint={t('positionHint')}
          error={problems.includes('position') ? t('positionWrong') : null}
          onChange={(event) => setForm({ ...form, position: event.target.value })}
        />
        <TextArea
          label={t('attributes')}
          mono
          rows={3}
          value={form.attributes}
          hint={t('attributesHint')}
          error={problems.includes('attributes') ? t('attributesWrong') : null}
          onChange={(event) => setForm({ ...form, attributes: event.target.value })}
        />
        <div>
          <p className="mb-2.5 text-label text-muted">{t('protection')}</p>
          <Checkbox checked={shield === true} mixed={shield === undefined} onChange={(event) => setForm({ ...form, protected: event.target.checked })}>
            {t('protected')}
          </Checkbox>
          <p className="mt-0.5 pl-5.5 text-label text-faint">{t('protectedHint')}</p>
        </div>
      </DialogPart>
    </Dialog>
  )
}
