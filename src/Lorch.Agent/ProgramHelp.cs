namespace Lorch.Agent;

/// <summary>What <c>--help</c> shows.</summary>
internal static class ProgramHelp
{
    /// <summary>The text.</summary>
    public const string Text = """
        lorch-agent: agents for Lorch, which talks to them over standard input and output, one JSON message per line.

        Usage: lorch-agent mock --type TYPE --script FILE [options]
               lorch-agent exec --type TYPE [options] [-- TOOL [ARGUMENTS]]
               lorch-agent acp --type TYPE [options] [-- TOOL [ARGUMENTS]]
               lorch-agent check [options] -- COMMAND [ARGUMENTS]

        mock answers commands as a script says, and calls no model.

          --type TYPE                    builder, reviewer, spec_maintainer or orchestration
          --script FILE                  the script, relative to the current folder
          --id ID                        the agent's name; <type>-<process id> by default
          --heartbeat-interval SECONDS   10 by default; fractions are allowed
          --no-heartbeat                 send no heartbeats

        It ends when its standard input ends. Exit codes: 0 ended as asked, 1 failed, 2 wrong arguments or script, or what the script says.

        exec has commands worked by a coding tool, which it runs once for each. Files that changed are observed; what the tool says of them isn't believed.

          --type TYPE                    builder, reviewer or spec_maintainer
          --preset NAME                  claude-code, codex, gemini, opencode, copilot or aider; by default what 'use' in lorch.json says
          --prompt FILE                  the prompt; by default prompts/<action>.md, else the one of the package
          --prompt-via WAY               stdin (default), argument or file
          --output FORM                  text (default), json or stream-json
          --id, --heartbeat-interval, --no-heartbeat as above

        acp has commands worked by a coding tool that speaks the Agent Client Protocol: one process, and one session per task.

          --type TYPE                    builder, reviewer or spec_maintainer
          --prompt FILE                  as above
          --sign-in METHOD               how the tool signs in if it asks; by default a way that takes a key from the environment
          --no-reading                   don't offer to read files for the tool
          --greet                        say hello, have a session begin, tell what came of it in a line, and end: nothing is asked
          --id, --heartbeat-interval, --no-heartbeat as above

        check asks any agent for real work in a temporary workspace, and says rule by rule what it does right and wrong.
        It starts the agent three times and sends up to six commands: an agent that calls a paid model spends as much.

          --type TYPE                    builder (default), reviewer or spec_maintainer
          --action ACTION                ask for this action alone: implement, implement_changes, review or update_spec
          --timeout SECONDS              how long an answer may take; 120 by default
          --heartbeat-interval SECONDS   heartbeat_interval_s of lorch.json; 10 by default
          --goal TEXT                    the goal in the commands
          --output PATH                  the file that a builder has to produce; src/lorch-check.txt by default
          --json                         print the result as JSON
          --keep                         keep the workspace and say where it is

        Words of the command that name a file in the current folder become whole paths. Exit codes: 0 it conforms, 1 it doesn't, 2 wrong arguments.
        """;
}
