using System.Reflection;
using System.Runtime.Loader;
using System.Text.Json;

namespace Lorch.Ahead;

/// <summary>Writes the profile that tells the ahead-of-time compiler which generic code an assembly's image must hold.</summary>
internal static class Program
{
    private const int OwnAssembly = 1;
    private const int FirstReferenceFolder = 2;

    /// <summary>Each after those that it refers to.</summary>
    private static readonly string[] Shipped = ["Lorch.Core", "Lorch.Build", "lorch-agent"];

    /// <param name="arguments">The profile to write, the assembly that is compiled, and the folders that hold it, what it refers to, and
    /// what ships with it.</param>
    private static void Main(string[] arguments)
    {
        var folders = arguments[FirstReferenceFolder..];
        AssemblyLoadContext.Default.Resolving += (context, name) => folders
            .Select(folder => Path.Join(folder, $"{name.Name}.dll"))
            .Where(File.Exists)
            .Select(context.LoadFromAssemblyPath)
            .FirstOrDefault();

        var shipped = Shipped.Select(name => Assembly.Load(new AssemblyName(name))).ToList();
        var own = shipped.Single(assembly => assembly.GetName().Name == arguments[OwnAssembly]);
        var homes = new Homes(shipped);
        var types = shipped.Append(typeof(JsonSerializer).Assembly).SelectMany(assembly => new WantedTypes(assembly).Find());
        var called = new Reach().From(shipped.SelectMany(assembly => new WantedTypes(assembly).FindCalled()));
        var methods = types.Distinct().SelectMany(WantedMethod.Of).Concat(called).Distinct().Where(method => homes.Of(method.Type) == own);

        var profile = new ProfileWriter(own);
        foreach (var method in methods)
        {
            profile.Add(method);
        }

        using var file = File.Create(arguments[0]);
        profile.WriteTo(file);
    }
}
