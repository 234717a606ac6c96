using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Lorch.Core.Hashing;
using Lorch.Testing;

namespace Lorch.Core.Tests;

/// <summary>What holds for the source as a whole.</summary>
public sealed partial class ArchitectureTests
{
    private const string Core = "src/Lorch.Core";

    private const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Assembly Assembly = typeof(TaskId).Assembly;

    /// <summary>
    /// The ladder: a room may know those on lower rungs, never one beside it and never one above. Rooms are folders below src, and
    /// namespaces.
    /// </summary>
    private static readonly string[][] Ladder =
    [
        ["Lorch.Core"],
        ["Lorch.Core/Hashing", "Lorch.Core/Json", "Lorch.Core/Globs"],
        ["Lorch.Core/Storage"],
        ["Lorch.Core/Storage/Locks", "Lorch.Core/Protocol"],
        ["Lorch.Core/Protocol/SystemEvents", "Lorch.Core/Tools", "Lorch.Core/Transcripts", "Lorch.Core/Snapshots/Index"],
        [
            "Lorch.Core/Ledgers", "Lorch.Core/Receipts", "Lorch.Core/Contents", "Lorch.Core/Agents/Processes",
            "Lorch.Core/Snapshots/GitIgnore",
        ],
        ["Lorch.Core/Workflows", "Lorch.Core/Agents", "Lorch.Core/Snapshots/Tracking"],
        ["Lorch.Core/Snapshots/Manifests", "Lorch.Core/Views", "Lorch.Core/Agents/Verifying"],
        ["Lorch.Core/Snapshots/Scanning"],
        ["Lorch.Core/Snapshots"],
        ["Lorch.Core/Configuration", "Lorch.Core/Configuration/Beginning", "Lorch.Core/UpToDate", "Lorch.Core/Reports/Recording"],
        ["Lorch.Core/Runs/Contract"],
        ["Lorch.Core/Runs/Records", "Lorch.Core/Runs/Turns"],
        ["Lorch.Core/Runs/Verdicts"],
        ["Lorch.Core/Runs/Landing"],
        ["Lorch.Core/Runs/Working"],
        ["Lorch.Core/Runs/Accepting"],
        ["Lorch.Core/Runs/Housekeeping"],
        ["Lorch.Core/Reports"],
        ["Lorch.Core/Reports/Traces"],
        ["Lorch.Core/Runs"],
        ["Lorch.Agent/Talking", "Lorch.Build"],
        ["Lorch.Agent/Working", "Lorch.Agent/Mock"],
        ["Lorch.Agent/Complaints", "Lorch.Agent/Checking"],
        ["Lorch.Agent/Exec", "Lorch.Agent/Acp"],
        ["Lorch.Agent"],
    ];

    private static readonly Dictionary<string, int> Rungs =
        Ladder.SelectMany((rooms, rung) => rooms.Select(room => (room, rung))).ToDictionary(place => place.room, place => place.rung);

    public static TheoryData<string> Rooms { get; } = [.. Rungs.Keys];

    /// <summary>Gets one text of every kind of value that is one string on disk.</summary>
    public static TheoryData<Type, string> Texts { get; } = new()
    {
        { typeof(TaskId), "T-1" },
        { typeof(RunId), "run-20260131-090500-0a1b2c3d" },
        { typeof(SnapshotId), "snap-d0ab7e60b764" },
        { typeof(CorrelationId), "corr-T-1-implement-0" },
        { typeof(MessageId), "0198c0de-0000-7000-8000-000000000000" },
        { typeof(RelativePath), "src/ä b.cs" },
        { typeof(Sha256Digest), $"sha256:{new string('0', 64)}" },
        { typeof(IdempotencyKey), $"ik:{new string('0', 64)}" },
    };

    /// <summary>A writer refuses what is too long with an exception, so whoever owns one bounds what goes out before.</summary>
    [Fact]
    public void Lines_to_the_other_side_are_written_by_those_alone_who_bound_them() => Assert.Equal(
        ["AgentSession.cs", "AgentVoice.cs", "CheckedAgent.cs"],
        SourceTree.Sources(
            "src").Where(
                file => File.ReadAllText(file).Contains("new NdjsonWriter(", StringComparison.Ordinal)
                    || File.ReadAllText(file).Contains("NdjsonWriter _writer = new(", StringComparison.Ordinal))
            .Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_room_has_its_rung() => Assert.Equal(
        Rungs.Keys.Order(StringComparer.Ordinal),
        LadderFiles().Select(RoomOf).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_knows_only_what_stands_below_it(string room)
    {
        var types = LadderFiles().SelectMany(
            file => TypeDeclaration().Matches(File.ReadAllText(file)).Select(match => (Room: RoomOf(file), Name: match.Groups[1].Value)))
            .ToLookup(type => type.Room, type => type.Name);

        var broken =
            from file in LadderFiles()
            where RoomOf(file) == room
            from other in References(File.ReadAllText(file), room, types)
            where other != room && Rungs[other] >= Rungs[room]
            select $"{Path.GetFileName(file)} knows {other}";

        Assert.Empty(broken.Distinct());
    }

    /// <summary>What is one idea stands in one file; of two ideas one knows the other.</summary>
    [Fact]
    public void Files_know_each_other_in_no_circle()
    {
        var graph = new FileGraph(LadderFiles().ToDictionary(file => Path.GetRelativePath(SourceTree.Root, file), File.ReadAllText));

        var circles = graph.FindCircles().ToList();

        Assert.True(circles.Count == 0, string.Join('\n', circles));
    }

    [Fact]
    public void A_file_has_no_more_than_three_hundred_lines() => Assert.DoesNotContain(
        SourceTree.Sources("src").Select(file => (File: Path.GetFileName(file), Lines: File.ReadLines(file).Count())),
        file => file.Lines > 300);

    /// <summary>Lorch.Build has a file for each task of the package, and is no place to get lost in.</summary>
    [Fact]
    public void A_room_has_no_more_than_thirty_files() =>
        Assert.DoesNotContain(LadderFiles().CountBy(RoomOf), room => room.Value > 30 && room.Key != "Lorch.Build");

    [Fact]
    public void Files_lie_in_the_room_of_their_namespace() => Assert.All(LadderFiles(), file => Assert.Contains(
        $"namespace {RoomOf(file).Replace('/', '.')};",
        File.ReadAllText(file),
        StringComparison.Ordinal));

    [Fact]
    public void No_namespace_of_our_own_is_used_everywhere()
    {
        var projects = Directory.EnumerateFiles(Path.Join(SourceTree.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Append(Path.Join(SourceTree.Root, "Directory.Build.props"));

        Assert.DoesNotContain(SourceTree.Sources("src"), file => GlobalUsing().IsMatch(File.ReadAllText(file)));
        Assert.DoesNotContain(projects, file => File.ReadAllText(file).Contains("<Using Include=\"Lorch", StringComparison.Ordinal));
    }

    [Fact]
    public void The_pipes_of_a_process_are_touched_where_they_are_bounded_and_nowhere_else() => Assert.Equal(
        ["AgentProcess.cs"],
        SourceTree.Sources("src").Where(file => PipeOfProcess().IsMatch(File.ReadAllText(file))).Select(Path.GetFileName));

    [Theory]
    [InlineData("Workflows")]
    [InlineData("UpToDate")]
    public void What_decides_waits_for_nothing(string folder)
    {
        var methods = TypesOf(folder).SelectMany(type => type.GetMethods(Everything)).ToList();

        Assert.NotEmpty(methods);
        Assert.DoesNotContain(methods, method => method.IsDefined(typeof(AsyncStateMachineAttribute)) || IsImpure(method.ReturnType));
        Assert.DoesNotContain(methods, method => method.GetParameters().Any(parameter => IsImpure(parameter.ParameterType)));
        Assert.DoesNotContain(TypesOf(folder).SelectMany(type => type.GetFields(Everything)), field => IsImpure(field.FieldType));
    }

    [Theory]
    [InlineData("Workflows")]
    [InlineData("UpToDate")]
    [InlineData("Hashing")]
    public void What_decides_sees_no_clock_no_disk_and_no_chance(string folder) =>
        Assert.DoesNotContain(SourceTree.Sources($"{Core}/{folder}"), file => Outside().IsMatch(File.ReadAllText(file)));

    [Theory]
    [MemberData(nameof(Texts))]
    public void Every_kind_of_text_survives_json(Type type, string text)
    {
        var json = JsonSerializer.Serialize(text);

        var value = JsonSerializer.Deserialize(json, type)!;

        Assert.Equal(text, value.ToString());
        Assert.Equal(value, JsonSerializer.Deserialize(JsonSerializer.Serialize(value, type), type));
    }

    [Fact]
    public void Every_kind_of_text_is_tried_here() => Assert.Equal(
        Assembly.GetTypes()
            .Where(type => type.GetInterfaces().Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(ITextValue<>)))
            .Select(type => type.Name)
            .Order(),
        Texts.Select(row => row.Data.Item1.Name).Order());

    [Fact]
    public void Every_enum_that_is_written_has_a_converter_of_its_own()
    {
        var written = Assembly.GetTypes()
            .SelectMany(type => type.GetProperties())
            .Where(property => property.IsDefined(typeof(JsonPropertyNameAttribute)))
            .Select(property => Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType)
            .Where(type => type.IsEnum)
            .ToList();

        Assert.NotEmpty(written);
        Assert.All(written, type => Assert.True(type.IsDefined(typeof(JsonConverterAttribute)), type.Name));
    }

    [Fact]
    public void Every_code_is_well_formed_and_there_once()
    {
        var codes = Codes();

        Assert.All(codes, code => Assert.Matches("^LORCH[1-4][0-9]{3}$", code));
        Assert.Equal(codes.Distinct(), codes);
        Assert.Equal(codes.Order(StringComparer.Ordinal), codes);
    }

    [Fact]
    public void Every_code_has_its_section_in_the_documentation_and_every_section_its_code()
    {
        var page = File.ReadAllText(Path.Join(SourceTree.Root, "docs", "diagnostics.md"));

        Assert.Equal(Codes(), CodeHeading().Matches(page).Select(match => match.Groups[1].Value));
    }

    private static IEnumerable<Type> TypesOf(string folder) => Assembly.GetTypes().Where(type => type.Namespace == $"Lorch.Core.{folder}");

    private static bool IsImpure(Type type) =>
        typeof(Task).IsAssignableFrom(type)
        || typeof(TimeProvider).IsAssignableFrom(type)
        || typeof(FileSystemInfo).IsAssignableFrom(type)
        || typeof(Random).IsAssignableFrom(type)
        || type == typeof(ValueTask)
        || type == typeof(CancellationToken)
        || (type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(ValueTask<>) || type.GetGenericArguments().Any(IsImpure)));

    private static IEnumerable<string> LadderFiles() => new[] { Core, "src/Lorch.Agent", "src/Lorch.Build" }.SelectMany(SourceTree.Sources);

    private static string RoomOf(string file) =>
        Path.GetRelativePath(Path.Join(SourceTree.Root, "src"), Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '/');

    /// <summary>The rooms that a file names: by <c>using</c> or in full, in short where the second word is a type of that room, and those
    /// around its own, which it sees without naming them, where it uses a type of theirs.</summary>
    private static IEnumerable<string> References(string source, string room, ILookup<string, string> types)
    {
        var words = Word().Matches(source).Select(match => match.Value).ToHashSet();
        var named = FullName().Matches(source).Select(match => Longest(match.Value.Replace('.', '/')));
        var shortly = ShortName().Matches(source).SelectMany(match => Rungs.Keys.Where(other =>
            other.EndsWith($"/{match.Groups[1].Value}", StringComparison.Ordinal) && types[other].Contains(match.Groups[2].Value)));
        var around = Rungs.Keys.Where(other => room.StartsWith($"{other}/", StringComparison.Ordinal) && types[other].Any(words.Contains));
        return named.OfType<string>().Concat(shortly).Concat(around);
    }

    private static string? Longest(string name) =>
        Rungs.Keys.Where(room => name == room || name.StartsWith($"{room}/", StringComparison.Ordinal)).MaxBy(room => room.Length);

    private static List<string> Codes() =>
        [.. typeof(DiagnosticCode).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (string)field.GetRawConstantValue()!)];

    [GeneratedRegex(
        @"^(?:public |internal |sealed |static |abstract |readonly |ref |partial )*(?:class|record struct|record|struct|enum"
            + @"|interface) (\w+)",
        RegexOptions.Multiline)]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex(@"(?<![\w.])[A-Z]\w*")]
    private static partial Regex Word();

    [GeneratedRegex(@"\bLorch\.(Core|Agent|Build)\.\w+(\.\w+)*")]
    private static partial Regex FullName();

    [GeneratedRegex(@"(?<![\w.])(\w+)\.(\w+)")]
    private static partial Regex ShortName();

    [GeneratedRegex(@"^using (static )?(\w+ = )?Lorch\.", RegexOptions.Multiline)]
    private static partial Regex OwnUsing();

    [GeneratedRegex(@"^global using", RegexOptions.Multiline)]
    private static partial Regex GlobalUsing();

    [GeneratedRegex(
        @"(?<![\w.])(File|Directory|Path|Environment|Console|Process|Random|Thread|Stopwatch)\.[A-Z]|\bDateTime(Offset)?\.(Utc)?Now\b"
            + @"|\bNewGuid\b|\bnew (FileInfo|DirectoryInfo|FileStream|Random)\b")]
    private static partial Regex Outside();

    [GeneratedRegex(
        @"\.Standard(Input|Output|Error)\b|\bRedirectStandard|\b(Output|Error)DataReceived\b|\bnew Process(StartInfo)?\b|\bProcess\.Start\b")]
    private static partial Regex PipeOfProcess();

    [GeneratedRegex(@"^##+ (LORCH[0-9]*)", RegexOptions.Multiline)]
    private static partial Regex CodeHeading();
}
