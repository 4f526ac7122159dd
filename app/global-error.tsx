'use client'

import './globals.css'

/**
 * When even the root failed there is no provider for words: these few stand in both languages, here and nowhere else.
 */
const words = [
  { lang: 'en', title: 'Baseboard failed to show this page', text: 'Nothing was sent to a node. Try again; the server’s log has the cause.', again: 'Try again' },
  { lang: 'zh-CN', title: 'Baseboard 无法显示此页面', text: '没有向任何节点发送指令。请重试；原因见服务器日志。', again: '重试' },
]

export default function GlobalError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <html lang="en">
      <body>
        <main className="mx-auto flex max-w-lg flex-col gap-8 px-5 pt-[20dvh]">
          {words.map((word) => (
            <section key={word.lang} lang={word.lang} className="flex flex-col items-start gap-2">
              <h1 className="text-title font-semibold">{word.title}</h1>
              <p className="text-muted">{word.text}</p>
              <button type="button" onClick={reset} className="mt-2 h-8 rounded-md border border-line-strong bg-surface px-3 font-medium max-sm:min-h-11">
                {word.again}
              </button>
            </section>
          ))}
          {error.digest !== undefined && <p className="font-mono text-label text-faint">{error.digest}</p>}
        </main>
      </body>
    </html>
  )
}
