using System.Text.Json;
using Lorch.Core.Protocol;
using Lorch.Core.Storage;

namespace Lorch.Core.Views;

/// <summary>Where the agents of a run work: in a copy of the workspace, or in the workspace itself, which then is its own view.</summary>
internal sealed class View : IDisposable
{
    private readonly ViewSlot? _slot;
    private readonly RunId? _run;
    private readonly TimeProvider _clock;
    private RepositoryPlace? _place;
    private ViewIndex? _index;

    private View(
        WorkspaceLayout home,
        WorkspaceLayout layout,
        ViewSlot? slot,
        RunId? run,
        RepositoryPlace? place,
        ViewIndex? index,
        TimeProvider clock)
    {
        (Home, Layout) = (home, layout);
        (_slot, _run, _place, _index, _clock) = (slot, run, place, index, clock);
    }

    /// <summary>Gets the workspace.</summary>
    public WorkspaceLayout Home { get; }

    /// <summary>Gets where the agents work. Records lie where they lie for the workspace.</summary>
    public WorkspaceLayout Layout { get; }

    /// <summary>Gets the same place for a scanner that looks at everything there.</summary>
    public WorkspaceLayout Visible => _slot is null ? Layout : Home.At(Layout.WorkspaceRoot, _slot.Visible);

    /// <summary>Gets whether it is a copy.</summary>
    public bool IsApart => _slot is not null;

    /// <summary>Gets whether there is a repository in the workspace or around it.</summary>
    public bool IsInRepository => _place?.IsRepository ?? false;

    /// <summary>Gets git, for what is asked outside of the view; <see langword="null"/> if there is none.</summary>
    public GitProgram? Git => _place?.Git;

    /// <summary>Gets git, for what needs no repository; <see langword="null"/> if there is none.</summary>
    public GitProgram? PlainGit { get; private init; }

    /// <summary>Gets the commit that was checked out when the view was last brought up to the workspace.</summary>
    public string? Head => _place?.Head;

    /// <summary>Takes the workspace itself for the view.</summary>
    public static View InPlace(WorkspaceLayout layout) => new(layout, layout, null, null, null, null, TimeProvider.System);

    /// <summary>Makes a copy of the workspace.</summary>
    /// <param name="request">What it is made for.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <returns>The view; disposing it lets another run take its slot.</returns>
    /// <exception cref="LorchException">It can't be made.</exception>
    public static async Task<View> OpenAsync(ViewRequest request, TimeProvider clock, CancellationToken cancellationToken)
    {
        var home = request.Workspace;
        var git = GitProgram.Find(home.WorkspaceRoot, request.Environment, clock);
        var place = await RepositoryPlace.FindAsync(home, git, cancellationToken);
        var folder = ViewPlaces.Open(request.ViewRoot, place, request.Environment);
        var slot = TakeSlot(folder, request.Run);
        try
        {
            var files = await new WorkspaceFiles(place).ListAsync(request.Besides, cancellationToken);
            var index = await Task.Run(() => Fill(slot, place, files, request, clock, cancellationToken), cancellationToken);
            await ViewRepository.MakeAsync(place, slot.Work, cancellationToken);
            var root = place.Prefix.Length == 0 ? slot.Work : Path.Join(slot.Work, place.Prefix.TrimEnd('/'));
            Directory.CreateDirectory(root);
            return new View(home, home.At(root, slot.Tracked), slot, request.Run, place, index, clock) { PlainGit = git };
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            slot.Dispose();
            throw StorageFailure.Because(slot.Work, "made", exception);
        }
        catch
        {
            slot.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Whether the workspace still holds at a path what it held when the view was made of it; <see langword="null"/> if that isn't known.
    /// </summary>
    public bool? IsUntouched(RelativePath path)
    {
        var known = _index?.Find(_place!.Below(path));
        return (known, FileStamp.OfEntry(Path.Join(Home.WorkspaceRoot, path.ToString()))) switch
        {
            (null, null) => true,
            (null, _) => null,
            (_, null) => false,
            var (copied, now) => copied.IsFrom(now.Value),
        };
    }

    /// <summary>Takes in what others changed in the workspace. What the run made stays, and so does what nobody copied.</summary>
    /// <param name="besides">The paths that the view holds whatever git says of them.</param>
    /// <param name="made">The paths that the run made or removed.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <returns>Whether anything holds something else than before.</returns>
    /// <exception cref="LorchException">It can't be copied.</exception>
    public async Task<bool> UpdateAsync(
        IEnumerable<RelativePath> besides,
        IEnumerable<RelativePath> made,
        CancellationToken cancellationToken)
    {
        var place = await _place!.AgainAsync(cancellationToken);
        var files = await new WorkspaceFiles(place).ListAsync(besides, cancellationToken);
        var update = new ViewUpdate(place.Top, _slot!.Work, _index!, _clock);
        try
        {
            var kept = made.Select(place.Below).ToHashSet(StringComparer.Ordinal);
            var moved = await Task.Run(() => update.Take(files, kept, cancellationToken), cancellationToken);
            if (place.Head != _place.Head)
            {
                await ViewRepository.MakeAsync(place, _slot.Work, cancellationToken);
            }

            Remember(place, update.Copied);
            return moved.Count > 0;
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            throw StorageFailure.Because(_slot.Work, "brought up to the workspace", exception);
        }
    }

    /// <summary>Gives a path of the view what the workspace holds there.</summary>
    /// <returns>Whether there is a file.</returns>
    public bool TakeAgain(RelativePath path)
    {
        var (source, copy) = (Path.Join(Home.WorkspaceRoot, path.ToString()), Path.Join(Layout.WorkspaceRoot, path.ToString()));
        try
        {
            FolderRemoval.Remove(copy);
            return FileStamp.OfEntry(source) is { IsRegular: true } stamp && CopiedFile.Make(source, copy, stamp, _clock) is not null;
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            throw StorageFailure.Because(source, "copied into the run's view", exception);
        }
    }

    /// <summary>Gives a path of the view a content. It can be run if the workspace's file or the one that was there can.</summary>
    public void Write(RelativePath path, byte[] content)
    {
        var copy = Path.Join(Layout.WorkspaceRoot, path.ToString());
        var isExecutable = IsExecutable(path) || WasExecutable(path);
        try
        {
            FolderRemoval.Remove(copy);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
#pragma warning disable RS0030 // What lies in a view proves nothing
            File.WriteAllBytes(copy, content);
#pragma warning restore RS0030
            if (isExecutable && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(copy, File.GetUnixFileMode(copy) | UnixFileMode.UserExecute);
            }
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            throw StorageFailure.Because(copy, "written into the run's view", exception);
        }
    }

    /// <summary>Says that the view's file at a path is made from what the workspace holds there.</summary>
    /// <param name="paths">The paths.</param>
    public void StandOn(IEnumerable<RelativePath> paths)
    {
        var copied = _index!.Paths.ToDictionary(path => path, path => _index.Find(path)!, StringComparer.Ordinal);
        foreach (var path in paths)
        {
            copied.Remove(_place!.Below(path));
            if (FileStamp.OfEntry(Path.Join(Home.WorkspaceRoot, path.ToString())) is { } now)
            {
                copied[_place.Below(path)] = CopiedFile.Of(now, default, _clock.GetUtcNow());
            }
        }

        Remember(_place!, copied);
    }

    /// <summary>Whether a file of the view can be run.</summary>
    public bool IsExecutable(RelativePath path) => IsExecutable(Layout, path);

    /// <summary>Whether a file of the workspace can be run.</summary>
    public bool WasExecutable(RelativePath path) => IsExecutable(Home, path);

    /// <summary>Makes an agent's words name files as the workspace does: a path in the view becomes one below its root.</summary>
    public Event Shown(Event said) => !IsApart || said.Payload is not { } payload ? said : said with { Payload = Shown(payload) };

    /// <summary>Makes a diagnostic name files of the workspace.</summary>
    public Diagnostic Shown(Diagnostic diagnostic) => !IsApart ? diagnostic : diagnostic with
    {
        File = diagnostic.File?.Replace(Layout.WorkspaceRoot, Home.WorkspaceRoot, StringComparison.Ordinal),
        Message = diagnostic.Message.Replace(Layout.WorkspaceRoot, Home.WorkspaceRoot, StringComparison.Ordinal),
    };

    /// <inheritdoc/>
    public void Dispose() => _slot?.Dispose();

    private static bool IsExecutable(WorkspaceLayout layout, RelativePath path) =>
        !OperatingSystem.IsWindows() && (FileStamp.OfEntry(Path.Join(layout.WorkspaceRoot, path.ToString()))?.Access & 0b001_001_001) > 0;

    private static ViewSlot TakeSlot(string folder, RunId? run)
    {
        try
        {
            return ViewSlot.Take(folder, run);
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            throw StorageFailure.Because(folder, "taken for a view", exception);
        }
    }

    private static ViewIndex Fill(
        ViewSlot slot,
        RepositoryPlace place,
        HashSet<string> files,
        ViewRequest request,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var known = ViewIndex.Read(slot.Index);
        var isOwn = request.Run is { } run && known.Run == run.ToString() && known.Top == place.Top;
        Dictionary<string, CopiedFile> copied;
        try
        {
            var usable = known.Top == place.Top ? known : new ViewIndex("", "", []);
            copied = new ViewCopy(place.Top, slot.Work, usable, clock).Bring(files, cancellationToken);
        }
        catch (LorchException)
        {
            // Whatever an agent left there that is in the way goes with all the rest.
            FolderRemoval.Remove(slot.Work);
            copied = new ViewCopy(place.Top, slot.Work, new ViewIndex("", "", []), clock).Bring(files, cancellationToken);
        }

        // What the run made may have been changed by others since it began: only the first look tells what it was made from.
        foreach (var path in request.Made.Select(place.Below))
        {
            copied.Remove(path);
            if (isOwn && known.Find(path) is { } first)
            {
                copied[path] = first;
            }
        }

        var index = new ViewIndex(place.Top, request.Run?.ToString() ?? "", copied);
        index.Write(slot.Index);
        return index;
    }

    private void Remember(RepositoryPlace place, Dictionary<string, CopiedFile> copied)
    {
        (_place, _index) = (place, new ViewIndex(place.Top, _run?.ToString() ?? "", copied));
        _index.Write(_slot!.Index);
    }

    private JsonElement Shown(JsonElement payload)
    {
        var text = payload.GetRawText();
        var root = JsonEncodedText.Encode(Layout.WorkspaceRoot).Value;
        return text.Contains(root, StringComparison.Ordinal)
            ? JsonElement.Parse(text.Replace(root + "/", "", StringComparison.Ordinal).Replace(root, ".", StringComparison.Ordinal))
            : payload;
    }
}
