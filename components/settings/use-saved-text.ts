import { useMutation, useQueryClient, type QueryKey } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { useErrorWords } from '#components/errors/use-error-words.ts'
import { toast } from '#components/ui/toast.tsx'

type SavedText<T, R> = {
  /** What stands there at first. */
  saved: string
  /** What a person typed, as it is sent; or why it cannot be. */
  parse: (text: string) => { value: T } | { wrong: string }
  save: (value: T) => Promise<R>
  /** Where the answer is kept. */
  queryKey: QueryKey
  savedTitle: string
}

/** One text of the settings: typed, looked at when it is submitted, saved, and what the server has against it said at the field. */
export function useSavedText<T, R>({ saved, parse, save, queryKey, savedTitle }: SavedText<T, R>) {
  const words = useErrorWords()
  const client = useQueryClient()
  const [text, setText] = useState(saved)
  const [wrong, setWrong] = useState<string | null>(null)
  const saving = useMutation({
    mutationFn: save,
    onSuccess: (answer) => {
      client.setQueryData(queryKey, answer)
      toast({ level: 'ok', title: savedTitle })
    },
    onError: (error) => setWrong(words(error)),
  })
  return {
    field: {
      value: text,
      error: wrong,
      onChange: (event: { target: { value: string } }) => {
        setText(event.target.value)
        setWrong(null)
      },
    },
    busy: saving.isPending,
    submit: (event: FormEvent) => {
      event.preventDefault()
      const parsed = parse(text)
      setWrong('wrong' in parsed ? parsed.wrong : null)
      if ('value' in parsed) saving.mutate(parsed.value)
    },
  }
}
