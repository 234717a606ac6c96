using System.IO.Pipelines;

namespace Lorch.Testing.Shell;

/// <summary>Runs commands at once, each reading what the one before it writes.</summary>
internal static class Pipelines
{
    /// <summary>Runs them.</summary>
    /// <returns>The status of the last.</returns>
    public static int Run(Interpreter shell, IReadOnlyList<Node> parts)
    {
        var input = shell.Input;
        var running = new List<Task<int>>();
        foreach (var (i, part) in parts.Index())
        {
            var pipe = i == parts.Count - 1 ? null : new Pipe();
            var inner = shell.Fork(input, pipe is null ? shell.Output : new PipeEnd(pipe.Writer));
            running.Add(Task.Factory.StartNew(
                () => RunPart(inner, part, shell),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default));
            input = pipe?.Reader.AsStream() ?? input;
        }

        Task.WaitAll(running);
        return running[^1].Result;
    }

    private static int RunPart(Interpreter inner, Node part, Interpreter shell)
    {
        try
        {
            return inner.RunGuarded(part);
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            // Nobody reads it any more.
            return 141;
        }
        finally
        {
            if (inner.Output != shell.Output)
            {
                inner.Output.Dispose();
            }

            if (inner.Input != shell.Input)
            {
                inner.Input.Dispose();
            }
        }
    }
}
