using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Lorch.Ahead;

/// <summary>
/// Writes a profile as the compiler reads it: an assembly whose method <c>AssemblyDictionary</c> names a group for each assembly, and each
/// group's method its methods.
/// </summary>
internal sealed class ProfileWriter
{
    private readonly MetadataBuilder _metadata = new();
    private readonly InstructionEncoder _group = new(new BlobBuilder());
    private readonly SignatureWriter _signatures;
    private readonly string _assembly;

    public ProfileWriter(Assembly assembly)
    {
        _assembly = assembly.GetName().Name!;
        _signatures = new SignatureWriter(_metadata);
        _metadata.AddModule(
            0,
            _metadata.GetOrAddString("profile"),
            _metadata.GetOrAddGuid(assembly.ManifestModule.ModuleVersionId),
            default,
            default);
        _metadata.AddAssembly(
            _metadata.GetOrAddString("profile"),
            new Version(1, 0),
            default,
            default,
            default,
            AssemblyHashAlgorithm.None);
    }

    public void Add(WantedMethod method) => AddReference(_group, _signatures.Reference(method));

    public void WriteTo(Stream stream)
    {
        var bodies = new BlobBuilder();
        var encoder = new MethodBodyStreamEncoder(bodies);
        var group = Define(encoder, "Group", _group);

        var dictionary = new InstructionEncoder(new BlobBuilder());
        dictionary.LoadString(_metadata.GetOrAddUserString($"{_assembly};"));
        AddReference(dictionary, group);
        Define(encoder, "AssemblyDictionary", dictionary);
        _metadata.AddTypeDefinition(
            default,
            default,
            _metadata.GetOrAddString("<Module>"),
            default,
            MetadataTokens.FieldDefinitionHandle(1),
            group);

        var image = new BlobBuilder();
        new ManagedPEBuilder(PEHeaderBuilder.CreateLibraryHeader(), new MetadataRootBuilder(_metadata), bodies).Serialize(image);
        image.WriteContentTo(stream);
    }

    private static void AddReference(InstructionEncoder code, EntityHandle method)
    {
        code.OpCode(ILOpCode.Ldtoken);
        code.Token(method);
        code.OpCode(ILOpCode.Pop);
    }

    private MethodDefinitionHandle Define(MethodBodyStreamEncoder encoder, string name, InstructionEncoder code)
    {
        code.OpCode(ILOpCode.Ret);
        var signature = new BlobBuilder();
        new BlobEncoder(signature).MethodSignature().Parameters(0, type => type.Void(), _ => { });
        return _metadata.AddMethodDefinition(
            MethodAttributes.Public | MethodAttributes.Static,
            MethodImplAttributes.IL,
            _metadata.GetOrAddString(name),
            _metadata.GetOrAddBlob(signature),
            encoder.AddMethodBody(code),
            default);
    }
}
