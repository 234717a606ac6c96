using System.Diagnostics;
using System.Globalization;
using Lorch.Testing;

namespace Lorch.Processes.Tests.Tools;

/// <summary>
/// A daemon that holds pipes: in a session of its own, with nothing in its environment and no parent, so that nobody finds it. It ends with
/// the test.
/// </summary>
internal sealed class Holder : IDisposable
{
    private readonly TemporaryWorkspace _folder = new();

    /// <summary>Gets the shell that starts it, with the shell's own pipes.</summary>
    public string Start => StartWith("");

    /// <summary>Gets a value indicating whether it still runs, and so still holds the pipes.</summary>
    public bool Holds => File.Exists(_folder.At("pid")) && File.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{Pid}/stat"));

    private int Pid => int.Parse(_folder.Read("pid"), CultureInfo.InvariantCulture);

    /// <summary>The shell that starts it, with pipes that are redirected.</summary>
    public string StartWith(string redirection)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has processes that nobody finds.");
        Assert.SkipWhen(Sh.IsOwn, "The shell of these tests hands no stream on under another number.");
        return $"exec 9<&0; (env -i setsid sleep 60 <&9 9<&- {redirection} & echo $! > "
            + $"'{_folder.At("pid.new")}'; mv '{_folder.At("pid.new")}' '{_folder.At("pid")}'); exec 9<&-;";
    }

    public void Dispose()
    {
        if (Holds)
        {
            using var process = Process.GetProcessById(Pid);
            process.Kill();
        }

        _folder.Dispose();
    }
}
