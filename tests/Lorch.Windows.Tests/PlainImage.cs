using System.Buffers.Binary;

namespace Lorch.Windows.Tests;

/// <summary>Makes an assembly that was compiled ahead for Linux one of IL alone, which every system loads.</summary>
/// <remarks>
/// The format is that of learn.microsoft.com/windows/win32/debug/pe-format and of ECMA-335 II.25. Wine maps images as Windows does, and
/// wants sections at page boundaries; those of such an assembly lie closer. So all of them become one section, at the addresses that they
/// had.
/// </remarks>
internal static class PlainImage
{
    private const int Page = 0x1000;
    private const int Headers = 0x200;
    private const ushort Pe32Plus = 0x20B;
    private const int ResourceDirectory = 2;
    private const int ClrDirectory = 14;

    /// <summary>Rewrites a file if it is such an assembly.</summary>
    public static void Make(string file)
    {
        var image = File.ReadAllBytes(file);
        if (image is not [(byte)'M', (byte)'Z', ..])
        {
            return;
        }

        var pe = Int32(image, 0x3C);
        var optional = pe + 24;
        var directories = optional + 112;
        var sections = optional + UInt16(image, pe + 20);
        if (UInt16(image, optional) != Pe32Plus
            || Int32(image, directories + (8 * ClrDirectory)) is var clr && clr == 0
            || Int32(image, optional + 32) >= Page)
        {
            return;
        }

        var loaded = new byte[Up(Int32(image, optional + 56))];
        for (var i = 0; i < UInt16(image, pe + 6); i++)
        {
            // Name of 8 bytes, size in memory, address, size in the file, offset in the file.
            var section = sections + (40 * i);
            var (inMemory, address, inFile, offset) = (
                Int32(image, section + 8), Int32(image, section + 12), Int32(image, section + 16), Int32(image, section + 20));
            image.AsSpan(offset, inMemory == 0 ? inFile : Math.Min(inMemory, inFile)).CopyTo(loaded.AsSpan(address));
        }

        // IL only, with no native code announced.
        Set(loaded, clr + 16, (Int32(loaded, clr + 16) | 1) & ~4);
        Set(loaded, clr + 64, 0);
        Set(loaded, clr + 68, 0);

        var header = new byte[Headers];
        image.AsSpan(0, sections).CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(pe + 4), 0x8664);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(pe + 6), 1);
        foreach (var (at, value) in new[] { (16, 0), (20, Page), (32, Page), (36, Headers), (56, loaded.Length), (60, Headers) })
        {
            Set(header, optional + at, value);
        }

        for (var directory = 0; directory < 16; directory++)
        {
            if (directory is not (ResourceDirectory or ClrDirectory))
            {
                header.AsSpan(directories + (8 * directory), 8).Clear();
            }
        }

        ".text"u8.CopyTo(header.AsSpan(sections));
        foreach (var (at, value) in new[]
        {
            (8, loaded.Length - Page),
            (12, Page),
            (16, loaded.Length - Page),
            (20, Headers),
            (36, 0x6000_0020)
        })
        {
            Set(header, sections + at, value);
        }

        File.WriteAllBytes(file, [.. header, .. loaded.AsSpan(Page)]);
    }

    private static int Up(int size) => (size + Page - 1) / Page * Page;

    private static int Int32(byte[] bytes, int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at));

    private static ushort UInt16(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    private static void Set(byte[] bytes, int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);
}
