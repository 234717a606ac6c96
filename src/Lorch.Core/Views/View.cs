using System.Text.Json;
using Lorch.Core.Protocol;
using Lorch.Core.Storage;

namespace Lorch.Core.Views;

/// <summary>Where the agents of a run work: in a copy of the workspace, or in the workspace itself, which then is its own view.</summary>
internal sealed class View : IDisposable
{
    private readonly ViewSlot? _slot;
    private readonly RepositoryPlace? _place;
    private readonly ViewIndex? _index;

    private View(WorkspaceLayout home, WorkspaceLayout layout, ViewSlot? slot, RepositoryPlace? place, ViewIndex? index)
    {
        (Home, Layout) = (home, layout);
        (_slot, _place, _index) = (slot, place, index);
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

    /// <summary>Takes the workspace itself for the view.</summary>
    public static View InPlace(WorkspaceLayout layout) => new(layout, layout, null, null, null);

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
            return new View(home, home.At(root, slot.Tracked), slot, place, index);
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

    private JsonElement Shown(JsonElement payload)
    {
        var text = payload.GetRawText();
        var root = JsonEncodedText.Encode(Layout.WorkspaceRoot).Value;
        return text.Contains(root, StringComparison.Ordinal)
            ? JsonElement.Parse(text.Replace(root + "/", "", StringComparison.Ordinal).Replace(root, ".", StringComparison.Ordinal))
            : payload;
    }
}
