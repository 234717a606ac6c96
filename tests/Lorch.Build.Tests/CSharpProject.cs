namespace Lorch.Build.Tests;

/// <summary>A C# project file: what a test says of it, and around that what every one has.</summary>
internal sealed record CSharpProject
{
    /// <summary>Gets whether it references the package.</summary>
    public bool HasPackage { get; init; } = true;

    /// <summary>Gets whether its build waits for its tasks.</summary>
    public bool IsOnBuild { get; init; }

    /// <summary>
    /// Gets the property that names its framework. By <c>TargetFrameworks</c> it is built once for all and once for each.
    /// </summary>
    public string FrameworkProperty { get; init; } = "TargetFramework";

    /// <summary>Gets its items.</summary>
    public string Items { get; init; } = "";

    /// <summary>Gets what stands at its end.</summary>
    public string Ending { get; init; } = "";

    public override string ToString() => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <{FrameworkProperty}>net10.0</{FrameworkProperty}>
            {(IsOnBuild ? "<LorchOnBuild>true</LorchOnBuild>" : "")}
          </PropertyGroup>
          <ItemGroup>
            {(HasPackage ? $"""<PackageReference Include="Lorch.Build" Version="{ClonedRepository.Version}" PrivateAssets="all" />""" : "")}
            {Items}
          </ItemGroup>
          {Ending}
        </Project>
        """;
}
