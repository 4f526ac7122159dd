import type { Command } from '../command.ts'
import { exitCodes, misuse } from '../failure.ts'

const verbs = 'status on off soft restart reset cycle reseat diag boot totals'
const targets = 'none disk pxe http cdrom usb bios diag'

/** Node names come from Baseboard itself, and are asked for once in a shell. */
const bash = (commands: string) => `_baseboard() {
  local cur=\${COMP_WORDS[COMP_CWORD]} cmd=\${COMP_WORDS[1]}
  if [ "$COMP_CWORD" = 1 ]; then COMPREPLY=($(compgen -W "${commands}" -- "$cur")); return; fi
  : "\${_baseboard_nodes=$(baseboard nodes --names 2>/dev/null)}"
  case "$cmd:$COMP_CWORD" in
    power:2) COMPREPLY=($(compgen -W "${verbs}" -- "$cur")) ;;
    bootdev:2) COMPREPLY=($(compgen -W "${targets}" -- "$cur")) ;;
    sel:2) COMPREPLY=($(compgen -W "clear $_baseboard_nodes" -- "$cur")) ;;
    media:3) COMPREPLY=($(compgen -W "mount eject read" -- "$cur")) ;;
    fans:3) COMPREPLY=($(compgen -W "auto mode" -- "$cur")) ;;
    images:2) COMPREPLY=($(compgen -W "list upload fetch rm" -- "$cur")) ;;
    identify:2) COMPREPLY=($(compgen -W "on off" -- "$cur")) ;;
    operations:2) COMPREPLY=($(compgen -W "abort hold continue retry" -- "$cur")) ;;
    completion:2) COMPREPLY=($(compgen -W "bash zsh" -- "$cur")) ;;
    *) COMPREPLY=($(compgen -W "$_baseboard_nodes" -- "$cur")) ;;
  esac
}
complete -F _baseboard baseboard`

export const toCompletion = (shell: string, commands: readonly string[]): string | null => {
  const script = bash(commands.join(' '))
  if (shell === 'bash') return script
  return shell === 'zsh' ? `autoload -U +X bashcompinit && bashcompinit\n${script}` : null
}

export const completion = (commands: () => readonly string[]): Command => ({
  summary: 'Completion of commands and node names',
  usage: ['completion bash|zsh   (put «source <(baseboard completion bash)» into ~/.bashrc)'],
  async run({ output, args }) {
    const script = toCompletion(args[0] ?? '', commands())
    if (script === null) throw misuse('baseboard completion bash|zsh')
    output.out(script)
    return exitCodes.ok
  },
})
