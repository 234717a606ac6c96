using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Lorch.Testing.Shell;

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
        (Arguments, Streams) = (arguments, new ShellStreams(input, output, error));
    }

    private Interpreter(Interpreter parent)
    {
        (_variables, _exported, _functions) = (new(parent._variables), [.. parent._exported], new(parent._functions));
        _expansion = new Expansion(this);
        (Arguments, Streams, Folder, _status) = (parent.Arguments, parent.Streams, parent.Folder, parent._status);
    }

    public IReadOnlyList<string> Arguments { get; set; }

    public ShellStreams Streams { get; private set; }

    public Stream Input => Streams.Input;

    public Stream Output => Streams.Output;

    public Stream Error => Streams.Error;

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
        _status = Fork(Input, output).RunGuarded(Parser.Read(text));
        return new UTF8Encoding(false).GetString(output.ToArray());
    }

    public int Run(string text) => Run(Parser.Read(text));

    /// <summary>Makes a shell that begins as this one is, and changes nothing of it.</summary>
    public Interpreter Fork(Stream input, Stream output) => new(this) { Streams = Streams with { Input = input, Output = output } };

    /// <summary>Runs a command that may end its shell.</summary>
    public int RunGuarded(Node node)
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

    private static void Write(Stream stream, string text)
    {
        stream.Write(new UTF8Encoding(false).GetBytes(text));
        stream.Flush();
    }

    private int Run(Node node)
    {
        if (node is Node.Simple || node.Redirections.Count == 0)
        {
            return _status = RunPlain(node);
        }

        var before = Streams;
        try
        {
            Redirect(node.Redirections);
            return _status = RunPlain(node);
        }
        finally
        {
            Streams = before;
        }
    }

    private int RunPlain(Node node) => node switch
    {
        Node.Simple simple => RunSimple(simple),
        Node.Sequence sequence => RunSequence(sequence),
        Node.Both both => Run(both.First) is var first && (first == 0) == both.IsAnd ? Run(both.Second) : first,
        Node.Pipeline pipeline => RunParts(pipeline.Parts) is var status && pipeline.IsNegated ? (status == 0 ? 1 : 0) : status,
        Node.Subshell subshell => new Interpreter(this).RunGuarded(subshell.Body),
        Node.Choice choice => choice.Branches.FirstOrDefault(
            branch => branch.Condition is null || Run(branch.Condition) == 0).Body is { } body
            ? Run(body)
            : 0,
        Node.Loop loop => Loops.Run(() => Run(loop.Condition) == 0 != loop.IsUntil, () => Run(loop.Body)),
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
        return Loops.Run(
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

    private int RunCase(Node.Case choice)
    {
        var text = _expansion.Text(choice.Word);
        var branch = choice.Branches.FirstOrDefault(branch => branch.Patterns.Any(
            pattern => Regex.IsMatch(text, $@"\A(?:{_expansion.Pattern(pattern)})\z", RegexOptions.Singleline)));
        return branch.Body is { } body ? Run(body) : 0;
    }

    private int RunParts(IReadOnlyList<Node> parts) => parts.Count == 1 ? Run(parts[0]) : Pipelines.Run(this, parts);

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

        var before = Streams;
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
            Streams.CloseAllBut(before);
            Streams = before;
        }
    }

    /// <summary>Redirects the shell itself; what it had is closed then, as the other end is to see.</summary>
    private int Exec(List<string> fields, ref ShellStreams before)
    {
        foreach (var old in before.All.Except(Streams.All))
        {
            old.Dispose();
        }

        before = Streams;
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

        var before = assignments.ConvertAll(assignment => (assignment.Name, Value: _variables.GetValueOrDefault(assignment.Name)));
        var exported = assignments.FindAll(assignment => _exported.Add(assignment.Name));
        try
        {
            assignments.ForEach(assignment => Set(assignment.Name, assignment.Value));
            return Builtins.Run(this, fields, _status) ?? Utilities.Run(this, fields) ?? Programs.Run(this, fields);
        }
        finally
        {
            // They were for that one command; what it set itself (read) stays.
            foreach (var (name, value) in before)
            {
                _variables.Remove(name);
                if (value is not null)
                {
                    _variables[name] = value;
                }
            }

            _exported.ExceptWith(exported.ConvertAll(assignment => assignment.Name));
        }
    }

    private int Start(string text)
    {
        _lastBackground = Programs.Start(this, text);
        return 0;
    }

    private void Redirect(IEnumerable<(int Stream, string Sign, string Word)> redirections)
    {
        foreach (var (number, sign, word) in redirections)
        {
            Streams = Streams.Redirect(number, sign, _expansion.Text(word), Resolve);
        }
    }
}
