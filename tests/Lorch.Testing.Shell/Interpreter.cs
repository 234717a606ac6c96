using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Lorch.Testing.Shell;

/// <summary>Ends the shell, a function or a loop.</summary>
internal sealed class Leave(string what, int status) : Exception
{
    public string What => what;

    public int Status => status;
}

/// <summary>Runs commands.</summary>
internal sealed class Interpreter
{
    private readonly Dictionary<string, string> _variables;
    private readonly HashSet<string> _exported;
    private readonly Dictionary<string, Node> _functions;
    private readonly Expansion _expansion;
    private int _status;
    private int _lastBackground;

    public Interpreter(IReadOnlyList<string> arguments, Stream input, Stream output, Stream error)
    {
        _variables = Environment.GetEnvironmentVariables()
            .Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(v => (string)v.Key, v => (string?)v.Value ?? "");
        _exported = [.. _variables.Keys];
        _functions = [];
        _expansion = new Expansion(this);
        (Arguments, Input, Output, Error) = (arguments, input, output, error);
    }

    private Interpreter(Interpreter parent)
    {
        (_variables, _exported, _functions) = (new(parent._variables), [.. parent._exported], new(parent._functions));
        _expansion = new Expansion(this);
        (
            Arguments, Input, Output, Error, Folder, _status) = (
                parent.Arguments, parent.Input, parent.Output, parent.Error, parent.Folder, parent._status);
    }

    public IReadOnlyList<string> Arguments { get; set; }

    public Stream Input { get; private set; }

    public Stream Output { get; private set; }

    public Stream Error { get; private set; }

    public string Folder { get; set; } = Environment.CurrentDirectory;

    public IEnumerable<KeyValuePair<string, string>> Exported => _variables.Where(variable => _exported.Contains(variable.Key));

    public bool Has(string name) => _variables.ContainsKey(name);

    public string Variable(string name) => name switch
    {
        "$" => Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
        "?" => _status.ToString(CultureInfo.InvariantCulture),
        "!" => _lastBackground.ToString(CultureInfo.InvariantCulture),
        "#" => Arguments.Count.ToString(CultureInfo.InvariantCulture),
        "@" or "*" => string.Join(' ', Arguments),
        [var digit] when char.IsAsciiDigit(digit) => digit == '0' ? "sh" : Arguments.ElementAtOrDefault(digit - '1') ?? "",
        _ => _variables.GetValueOrDefault(name, ""),
    };

    public void Set(string name, string value, bool isExported = false)
    {
        _variables[name] = value;
        if (isExported)
        {
            _exported.Add(name);
        }
    }

    public string Resolve(string path) => Path.GetFullPath(path, Folder);

    public void Say(string text) => Write(Output, text);

    public void Complain(string text) => Write(Error, text + "\n");

    public string Capture(string text)
    {
        using var output = new MemoryStream();
        var inner = new Interpreter(this) { Output = output };
        _status = inner.RunGuarded(Parser.Read(text));
        return new UTF8Encoding(false).GetString(output.ToArray());
    }

    public int Run(string text) => Run(Parser.Read(text));

    private static void Write(Stream stream, string text)
    {
        stream.Write(new UTF8Encoding(false).GetBytes(text));
        stream.Flush();
    }

    private int RunGuarded(Node node)
    {
        try
        {
            return Run(node);
        }
        catch (Leave leave)
        {
            return leave.Status;
        }
    }

    private int Run(Node node)
    {
        if (node is Node.Simple || node.Redirections.Count == 0)
        {
            return _status = RunPlain(node);
        }

        var before = (Input, Output, Error);
        try
        {
            Redirect(node.Redirections);
            return _status = RunPlain(node);
        }
        finally
        {
            (Input, Output, Error) = before;
        }
    }

    private int RunPlain(Node node) => node switch
    {
        Node.Simple simple => RunSimple(simple),
        Node.Sequence sequence => RunSequence(sequence),
        Node.Both both => Run(both.First) is var first && (first == 0) == both.IsAnd ? Run(both.Second) : first,
        Node.Pipeline pipeline => RunPipeline(pipeline.Parts) is var status && pipeline.IsNegated ? (status == 0 ? 1 : 0) : status,
        Node.Subshell subshell => new Interpreter(this).RunGuarded(subshell.Body),
        Node.Choice choice => choice.Branches.FirstOrDefault(
            branch => branch.Condition is null || Run(branch.Condition) == 0).Body is { } body
            ? Run(body)
            : 0,
        Node.Loop loop => RunLoop(() => Run(loop.Condition) == 0 != loop.IsUntil, () => Run(loop.Body)),
        Node.Each each => RunEach(each),
        Node.Case choice => RunCase(choice),
        Node.Function function => Define(function),
        _ => throw new UnreachableException(),
    };

    private int Define(Node.Function function)
    {
        _functions[function.Name] = function.Body;
        return 0;
    }

    private int RunSequence(Node.Sequence sequence)
    {
        foreach (var (command, background) in sequence.Items)
        {
            _status = background is null ? Run(command) : Start(background);
        }

        return _status;
    }

    private int RunEach(Node.Each each)
    {
        using var words = (each.Words is null ? [.. Arguments] : _expansion.Fields(each.Words)).GetEnumerator();
        return RunLoop(
            () =>
            {
                if (!words.MoveNext())
                {
                    return false;
                }

                Set(each.Name, words.Current);
                return true;
            },
            () => Run(each.Body));
    }

    private static int RunLoop(Func<bool> goesOn, Func<int> body)
    {
        var status = 0;
        while (goesOn())
        {
            try
            {
                status = body();
            }
            catch (Leave leave) when (leave.What is "break")
            {
                return 0;
            }
            catch (Leave leave) when (leave.What is "continue")
            {
                status = 0;
            }
        }

        return status;
    }

    private int RunCase(Node.Case choice)
    {
        var text = _expansion.Text(choice.Word);
        var branch = choice.Branches.FirstOrDefault(branch => branch.Patterns.Any(
            pattern => Regex.IsMatch(text, $@"\A(?:{_expansion.Pattern(pattern)})\z", RegexOptions.Singleline)));
        return branch.Body is { } body ? Run(body) : 0;
    }

    private int RunPipeline(IReadOnlyList<Node> parts)
    {
        if (parts.Count == 1)
        {
            return Run(parts[0]);
        }

        var input = Input;
        var running = new List<Task<int>>();
        foreach (var (i, part) in parts.Index())
        {
            var isLast = i == parts.Count - 1;
            var pipe = isLast ? null : new System.IO.Pipelines.Pipe();
            var inner = new Interpreter(this) { Input = input, Output = pipe?.Writer.AsStream() ?? Output };
            running.Add(Task.Factory.StartNew(
                () =>
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
                        if (!isLast)
                        {
                            inner.Output.Dispose();
                        }

                        if (inner.Input != Input)
                        {
                            inner.Input.Dispose();
                        }
                    }
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default));
            input = pipe?.Reader.AsStream() ?? input;
        }

        Task.WaitAll(running);
        return running[^1].Result;
    }

    private int RunSimple(Node.Simple simple)
    {
        var words = simple.Words.ToList();
        var assignments = new List<(string Name, string Value)>();
        while (words.Count > 0 && Regex.Match(words[0], @"\A([A-Za-z_]\w*)=(.*)\z", RegexOptions.Singleline) is { Success: true } match)
        {
            assignments.Add((match.Groups[1].Value, _expansion.Text(match.Groups[2].Value)));
            words.RemoveAt(0);
        }

        _status = words.Count == 0 && assignments.Count > 0 && !simple.Words.Any(word => word.Contains("$(", StringComparison.Ordinal))
            ? 0
            : _status;
        var fields = _expansion.Fields(words);
        if (fields.Count == 0)
        {
            assignments.ForEach(assignment => Set(assignment.Name, assignment.Value));
        }

        var before = (Input, Output, Error);
        try
        {
            Redirect(simple.Redirections);
            if (fields is ["exec", ..])
            {
                return Exec(fields[1..], ref before);
            }

            return fields.Count == 0 ? _status : RunFields(fields, assignments);
        }
        catch (IOException exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            Complain(exception.Message);
            return 1;
        }
        finally
        {
            Close(before);
        }
    }

    private void Close((Stream Input, Stream Output, Stream Error) before)
    {
        foreach (var (now, then) in new[] { (Input, before.Input), (Output, before.Output), (Error, before.Error) })
        {
            if (now != then && now is FileStream && now != before.Output && now != before.Error)
            {
                now.Dispose();
            }
        }

        (Input, Output, Error) = before;
    }

    /// <summary>Redirects the shell itself; what it had is closed then, as the other end is to see.</summary>
    private int Exec(List<string> fields, ref (Stream Input, Stream Output, Stream Error) before)
    {
        foreach (var old in new[] { before.Input, before.Output, before.Error }.Where(old => old != Input && old != Output && old != Error))
        {
            old.Dispose();
        }

        before = (Input, Output, Error);
        return fields.Count == 0 ? 0 : throw new Leave("exit", RunFields(fields, []));
    }

    private int RunFields(List<string> fields, List<(string Name, string Value)> assignments)
    {
        if (_functions.TryGetValue(fields[0], out var function))
        {
            var arguments = Arguments;
            try
            {
                assignments.ForEach(assignment => Set(assignment.Name, assignment.Value));
                Arguments = fields[1..];
                return Run(function);
            }
            catch (Leave leave) when (leave.What is "return")
            {
                return leave.Status;
            }
            finally
            {
                Arguments = arguments;
            }
        }

        var shell = assignments.Count == 0 ? this : new Interpreter(this);
        assignments.ForEach(assignment => shell.Set(assignment.Name, assignment.Value, isExported: true));
        return Builtins.Run(shell, fields, _status) ?? Utilities.Run(shell, fields) ?? Programs.Run(shell, fields);
    }

    private int Start(string text)
    {
        _lastBackground = Programs.Start(this, text);
        return 0;
    }

    private void Redirect(IReadOnlyList<(int Stream, string Sign, string Word)> redirections)
    {
        foreach (var (number, sign, word) in redirections)
        {
            var target = _expansion.Text(word);
            var stream = sign switch
            {
                "<&" or ">&" => target switch { "1" => Output, "2" => Error, "0" => Input, _ => Stream.Null },
                "<" => OpenInput(target),
                _ when target == "/dev/null" => Stream.Null,
                _ => new FileStream(
                    Resolve(target),
                    sign == ">>" ? FileMode.Append : FileMode.Create,
                    FileAccess.Write,
                    FileShare.ReadWrite | FileShare.Delete),
            };
            (
                Input, Output, Error) = number switch
                {
                    0 => (stream, Output, Error),
                    1 => (Input, stream, Error),
                    _ => (Input, Output, stream)
                };
        }
    }

    private Stream OpenInput(string target) => target switch
    {
        "/dev/null" => Stream.Null,
        "/proc/sys/kernel/random/uuid" => new MemoryStream(new UTF8Encoding(false).GetBytes($"{Guid.NewGuid()}\n")),
        _ => new FileStream(Resolve(target), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete),
    };
}
