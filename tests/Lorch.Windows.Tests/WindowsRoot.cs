using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Lorch.Windows.Tests;

/// <summary>
/// Puts together what a Windows user has: the runtime for Windows out of its package, and the SDK of this machine, whose assemblies are IL.
/// </summary>
internal static class WindowsRoot
{
    private static readonly string[] NativeOnes =
        ["clr", "coreclr", "hostpolicy", "msquic", "mscor", "Microsoft.DiaSymReader", "System.IO.Compression.Native"];

    public static string Version => Environment.Version.ToString(3);

    /// <summary>Gets the SDK of this machine that is used: the newest of this runtime's feature band.</summary>
    public static string Sdk { get; } = Directory.GetDirectories(Path.Join(Machine, "sdk")).Select(folder => Path.GetFileName(folder)!)
        .Where(
            name => name.StartsWith(
                $"{Environment.Version.Major}.",
                StringComparison.Ordinal)).Order(StringComparer.Ordinal).LastOrDefault() ?? "";

    private static string Machine => Path.GetFullPath("../../..", RuntimeEnvironment.GetRuntimeDirectory());

    /// <summary>Makes the root.</summary>
    /// <param name="root">Where.</param>
    /// <param name="package">The folder of the package of the runtime for Windows.</param>
    public static void Make(string root, string package)
    {
        var runtime = Path.Join(root, "shared/Microsoft.NETCore.App", Version);
        var host = Path.Join(root, "host/fxr", Version);
        Directory.CreateDirectory(runtime);
        Directory.CreateDirectory(host);
        foreach (var file in Directory.EnumerateFiles(Path.Join(package, "runtimes/win-x64"), "*.dll", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Join(Path.GetFileName(file) == "hostfxr.dll" ? host : runtime, Path.GetFileName(file)), overwrite: true);
        }

        File.WriteAllText(Path.Join(runtime, "Microsoft.NETCore.App.deps.json"), Dependencies(runtime).ToJsonString());
        foreach (var part in new[] { $"sdk/{Sdk}", "packs", "sdk-manifests" })
        {
            Folders.Copy(Path.Join(Machine, part), Path.Join(root, part));
        }

        foreach (var file in Directory.EnumerateFiles(Path.Join(root, "sdk"), "*.dll", SearchOption.AllDirectories))
        {
            PlainImage.Make(file);
        }

        Replace(Path.Join(root, "sdk", Sdk, ".version"));
        Replace(
            Path.Join(root, "sdk", Sdk, "Microsoft.NETCoreSdk.BundledVersions.props"),
            "RuntimeIdentifier>linux-x64<",
            "RuntimeIdentifier>win-x64<");
    }

    private static void Replace(string file, string from = "linux-x64", string to = "win-x64") =>
        File.WriteAllText(file, File.ReadAllText(file).Replace(from, to, StringComparison.Ordinal));

    /// <summary>What the host reads to know what belongs to the framework; in a package it isn't there.</summary>
    private static JsonObject Dependencies(string runtime)
    {
        const string Target = ".NETCoreApp,Version=v10.0";
        var library = $"Microsoft.NETCore.App.Runtime.win-x64/{Version}";
        var (managed, native) = (new JsonObject(), new JsonObject());
        foreach (var name in Directory.EnumerateFiles(runtime, "*.dll").Select(file => Path.GetFileName(file)!))
        {
            if (NativeOnes.Any(start => name.StartsWith(start, StringComparison.Ordinal)))
            {
                native[name] = new JsonObject { ["fileVersion"] = "0.0.0.0" };
            }
            else
            {
                managed[name] = new JsonObject { ["assemblyVersion"] = "10.0.0.0", ["fileVersion"] = "10.0.0.0" };
            }
        }

        return new JsonObject
        {
            ["runtimeTarget"] = new JsonObject { ["name"] = $"{Target}/win-x64", ["signature"] = "" },
            ["compilationOptions"] = new JsonObject(),
            ["targets"] = new JsonObject
            {
                [Target] = new JsonObject(),
                [$"{Target}/win-x64"] = new JsonObject { [library] = new JsonObject { ["runtime"] = managed, ["native"] = native } },
            },
            ["libraries"] = new JsonObject
            {
                [library] = new JsonObject
                {
                    ["type"] = "package",
                    ["serviceable"] = true,
                    ["sha512"] = "",
                    ["path"] = "x",
                    ["hashPath"] = "y"
                },
            },
            ["runtimes"] = new JsonObject(),
        };
    }
}
