# Completion for fish.  What may come next is asked of the program itself, which has it from the tables of its --help.

function __writetrace_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l lines (command $words[1] __complete -- $words[2..-1] "$current" 2>/dev/null)
    set -l given (string match -r -- '^--[^=]*=' $current)
    set -l rest (string replace -r -- '^--[^=]*=' '' $current)
    switch "$lines[1]"
        case words
            printf '%s\n' $lines[2..-1]
        case files
            for file in (__fish_complete_path $rest)
                printf '%s%s\n' "$given" $file
            end
        case directories
            for directory in (__fish_complete_directories $rest '')
                printf '%s%s\n' "$given" $directory
            end
        case users
            for user in (__fish_complete_users)
                printf '%s%s\n' "$given" $user
            end
        case 'program *'
            set -l first (math (string replace 'program ' '' -- $lines[1]) + 2)
            if test (count $words) -ge $first
                complete -C (string join ' ' -- (string escape -- $words[$first..-1]) "$current")
            else
                complete -C "$current"
            end
    end
end

complete -c writetrace -f -a '(__writetrace_complete)'
