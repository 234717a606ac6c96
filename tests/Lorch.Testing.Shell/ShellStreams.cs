using System.Text;

namespace Lorch.Testing.Shell;

/// <summary>What a command reads and writes.</summary>
internal sealed record ShellStreams(Stream Input, Stream Output, Stream Error)
{
    public IReadOnlyList<Stream> All => [Input, Output, Error];

    /// <summary>Puts another stream in place of one.</summary>
    /// <param name="number">Which: 0 to 2.</param>
    /// <param name="sign">How: <c>&lt;</c>, <c>&gt;</c>, <c>&gt;&gt;</c>, or <c>&gt;&amp;</c> with a number.</param>
    /// <param name="target">A path, or a number.</param>
    /// <param name="resolve">Makes a path absolute.</param>
    public ShellStreams Redirect(int number, string sign, string target, Func<string, string> resolve)
    {
        var stream = sign switch
        {
            "<&" or ">&" => target switch { "1" => Output, "2" => Error, "0" => Input, _ => Stream.Null },
            "<" => OpenInput(target, resolve),
            _ when target == "/dev/null" => Stream.Null,
            _ => new FileStream(
                resolve(target),
                sign == ">>" ? FileMode.Append : FileMode.Create,
                FileAccess.Write,
                FileShare.ReadWrite | FileShare.Delete),
        };
        return number switch
        {
            0 => this with { Input = stream },
            1 => this with { Output = stream },
            _ => this with { Error = stream },
        };
    }

    /// <summary>Closes the files that a command was given and its shell doesn't have.</summary>
    public void CloseAllBut(ShellStreams shell)
    {
        foreach (var (now, then) in All.Zip(shell.All))
        {
            if (now != then && now is FileStream && now != shell.Output && now != shell.Error)
            {
                now.Dispose();
            }
        }
    }

    private static Stream OpenInput(string target, Func<string, string> resolve) => target switch
    {
        "/dev/null" => Stream.Null,
        "/proc/sys/kernel/random/uuid" => new MemoryStream(new UTF8Encoding(false).GetBytes($"{Guid.NewGuid()}\n")),
        _ => new FileStream(resolve(target), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete),
    };
}
