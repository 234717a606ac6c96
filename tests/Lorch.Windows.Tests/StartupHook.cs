using System.Runtime.InteropServices;

/// <summary>Loaded into every program under Wine by <c>DOTNET_STARTUP_HOOKS</c>, which wants this name and no namespace.</summary>
/// <remarks>
/// Wine 8 leaves a frame of its own in a thread's list of exception handlers when the runtime goes on in a catch block by itself, and calls
/// later what lies there by then: the thread dies without a word. On Windows for x64 that list is always empty. So it is emptied whenever
/// the runtime raises one of its exceptions.
/// </remarks>
internal static unsafe partial class StartupHook
{
    public static void Initialize()
    {
        if (!OperatingSystem.IsWindows())
        {
            return;
        }

        // LONG handler(EXCEPTION_POINTERS* rcx): the exception's code against those of the runtime and of C++; then gs:[0] = -1; goes on
        // searching.
        ReadOnlySpan<byte> code =
        [
            0x48, 0x8B, 0x01, 0x8B, 0x00,
            0x3D, 0x52, 0x43, 0x43, 0xE0, 0x74, 0x0E,
            0x3D, 0x78, 0x56, 0x34, 0x02, 0x74, 0x07,
            0x3D, 0x63, 0x73, 0x6D, 0xE0, 0x75, 0x0D,
            0x65, 0x48, 0xC7, 0x04, 0x25, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF,
            0x31, 0xC0, 0xC3,
        ];
        const uint CommitAndReserve = 0x3000;
        const uint ReadWriteExecute = 0x40;
        var handler = VirtualAlloc(null, 4096, CommitAndReserve, ReadWriteExecute);
        code.CopyTo(new Span<byte>(handler, code.Length));
        _ = AddVectoredExceptionHandler(1, handler);
        Lorch.Windows.Tests.RecordReader.ReadIfAsked();
    }

    [LibraryImport("kernel32")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial void* VirtualAlloc(void* address, nuint size, uint kind, uint protection);

    [LibraryImport("kernel32")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial void* AddVectoredExceptionHandler(uint isFirst, void* handler);
}
