'use client'

import { FileUp } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useRef, useState, type DragEvent, type FormEvent } from 'react'
import { importNodes } from '#lib/api/nodes-commands.ts'
import { paths } from '#lib/api/paths.ts'
import { Button } from '../ui/button.tsx'
import { buttonStyle } from '../ui/button-style.ts'
import { cx } from '../ui/class-names.ts'
import { CopyBox } from '../ui/copy.tsx'
import { PasswordField } from '../ui/password-field.tsx'
import { TextArea, TextField } from '../ui/text-field.tsx'
import { Added } from './added.tsx'
import { toImport } from './plan.ts'
import { PlanSteps } from './plan-steps.tsx'
import { usePlan } from './use-plan.ts'

const formId = 'add-file'
const example = 'name,address,user,password,groups,rack,position,attr.os\nn1,10.0.4.1,ADMIN,…,gpu;compute,r1,12,debian\nn2,n2-ipmi.example.org,ADMIN,…,compute,r1,13,'

type FileForm = { text: string; fileName: string | null; username: string; password: string }
const emptyForm: FileForm = { text: '', fileName: null, username: '', password: '' }

const toCredential = ({ username, password }: FileForm) => (password === '' ? {} : { credential: { ...(username === '' ? {} : { username }), password } })

/** Nodes from a file: what is new is added, what is there is changed by its name. */
export function FilePage() {
  const t = useTranslations('add')
  const [form, setForm] = useState(emptyForm)
  const [touched, setTouched] = useState(false)
  const steps = usePlan(async (how) => importNodes({ ...toImport(form.text), ...toCredential(form), ...how }))
  const set = (change: Partial<FileForm>) => {
    steps.forget()
    setForm((before) => ({ ...before, ...change }))
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTouched(true)
    if (form.text.trim() !== '') steps.check.mutate()
  }
  const again = () => {
    steps.forget()
    setForm(emptyForm)
    setTouched(false)
  }
  if (steps.carryOut.data !== undefined) return <Added plan={steps.carryOut.data} onAgain={again} />
  return (
    <>
      <form id={formId} onSubmit={submit} noValidate className="grid max-w-4xl gap-x-6 gap-y-4 px-5 py-4 sm:grid-cols-2">
        <p className="text-muted sm:col-span-2">{t('fileText')}</p>
        <div className="sm:col-span-2">
          <CopyBox text={example} />
        </div>
        <FileBox form={form} onFile={(text, fileName) => set({ text, fileName })} onClear={() => set({ text: '', fileName: null })} />
        {form.fileName === null && (
          <TextArea
            label={t('paste')}
            mono
            rows={6}
            value={form.text}
            onChange={(event) => set({ text: event.target.value })}
            error={touched && form.text.trim() === '' ? t('fileNeeded') : null}
            className="sm:col-span-2"
          />
        )}
        <TextField mono label={t('field.username')} value={form.username} onChange={(event) => set({ username: event.target.value })} hint={t('fileUserHint')} autoCapitalize="none" />
        <PasswordField mono label={t('field.password')} value={form.password} onChange={(event) => set({ password: event.target.value })} hint={t('filePasswordHint')} autoComplete="new-password" />
        <p className="flex flex-wrap items-center gap-2 text-muted sm:col-span-2">
          {t('exportText')}
          <a href={paths.nodeExport('csv')} download="baseboard-nodes.csv" className={buttonStyle('plain', 'sm')}>
            CSV
          </a>
          <a href={paths.nodeExport('json')} download="baseboard-nodes.json" className={buttonStyle('plain', 'sm')}>
            JSON
          </a>
        </p>
      </form>
      <PlanSteps steps={steps} form={formId} lineWord />
    </>
  )
}

type FileBoxProps = { form: FileForm; onFile: (text: string, name: string) => void; onClear: () => void }

/** Takes a file that is chosen or dropped. */
function FileBox({ form, onFile, onClear }: FileBoxProps) {
  const t = useTranslations('add')
  const input = useRef<HTMLInputElement>(null)
  const [isOver, setOver] = useState(false)
  const take = async (file: File | undefined) => {
    if (file !== undefined) onFile(await file.text(), file.name)
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    void take(event.dataTransfer.files[0])
  }
  const over = (event: DragEvent) => {
    event.preventDefault()
    setOver(true)
  }
  const lines = form.text.split('\n').filter((line) => line.trim() !== '').length
  return (
    <div
      onDrop={drop}
      onDragOver={over}
      onDragLeave={() => setOver(false)}
      className={cx('flex flex-wrap items-center gap-3 rounded-md border border-dashed px-4 py-4 sm:col-span-2', isOver ? 'border-info bg-selected' : 'border-line-control')}
    >
      <FileUp size={18} aria-hidden className="text-muted" />
      {form.fileName === null ? (
        <span className="text-muted max-sm:hidden">{t('dropHere')}</span>
      ) : (
        <output className="min-w-0 break-all">
          <span className="font-mono">{form.fileName}</span> <span className="text-muted">{t('fileLines', { count: lines })}</span>
        </output>
      )}
      <span className="ml-auto flex gap-2">
        {form.fileName !== null && (
          <Button kind="quiet" onClick={onClear}>
            {t('otherFile')}
          </Button>
        )}
        <Button onClick={() => input.current?.click()}>{t('choose')}</Button>
      </span>
      <input
        ref={input}
        type="file"
        accept=".csv,.tsv,.txt,.json,text/csv,application/json"
        aria-label={t('file')}
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          void take(event.target.files?.[0])
          event.target.value = ''
        }}
      />
    </div>
  )
}
