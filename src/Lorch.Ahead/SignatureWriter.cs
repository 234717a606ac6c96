using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Lorch.Ahead;

/// <summary>References to methods of generic types, as metadata has them (ECMA-335 §II.23.2).</summary>
/// <param name="metadata">Where they go.</param>
internal sealed class SignatureWriter(MetadataBuilder metadata)
{
    private readonly Dictionary<Assembly, AssemblyReferenceHandle> _assemblies = [];
    private readonly Dictionary<Type, TypeReferenceHandle> _types = [];

    public MemberReferenceHandle Reference(WantedMethod method)
    {
        var parent = new BlobBuilder();
        Write(new SignatureTypeEncoder(parent), method.Type);
        return metadata.AddMemberReference(
            metadata.AddTypeSpecification(metadata.GetOrAddBlob(parent)),
            metadata.GetOrAddString(method.Definition.Name),
            metadata.GetOrAddBlob(SignatureOf(method.Definition)));
    }

    private BlobBuilder SignatureOf(MethodBase method)
    {
        var signature = new BlobBuilder();
        var parameters = method.GetParameters();
        new BlobEncoder(signature).MethodSignature(isInstanceMethod: !method.IsStatic).Parameters(
            parameters.Length,
            result => WriteResult(result, (method as MethodInfo)?.ReturnParameter),
            list =>
            {
                foreach (var parameter in parameters)
                {
                    var encoder = list.AddParameter();
                    WriteModifiers(encoder.CustomModifiers(), parameter);
                    Write(encoder.Type(parameter.ParameterType.IsByRef), Direct(parameter.ParameterType));
                }
            });
        return signature;
    }

    private void WriteResult(ReturnTypeEncoder encoder, ParameterInfo? result)
    {
        if (result is null || result.ParameterType == typeof(void))
        {
            encoder.Void();
            return;
        }

        WriteModifiers(encoder.CustomModifiers(), result);
        Write(encoder.Type(result.ParameterType.IsByRef), Direct(result.ParameterType));
    }

    private void WriteModifiers(CustomModifiersEncoder encoder, ParameterInfo parameter)
    {
        foreach (var modifier in parameter.GetRequiredCustomModifiers())
        {
            encoder = encoder.AddModifier(ReferenceTo(modifier), isOptional: false);
        }
    }

    private static Type Direct(Type type) => type.IsByRef ? type.GetElementType()! : type;

    private void Write(SignatureTypeEncoder encoder, Type type)
    {
        if (type == typeof(void*))
        {
            encoder.VoidPointer();
        }
        else if (type.IsPointer)
        {
            Write(encoder.Pointer(), type.GetElementType()!);
        }
        else if (type.IsSZArray)
        {
            Write(encoder.SZArray(), type.GetElementType()!);
        }
        else if (type.IsGenericTypeParameter)
        {
            encoder.GenericTypeParameter(type.GenericParameterPosition);
        }
        else if (type.IsGenericType)
        {
            var arguments = type.GetGenericArguments();
            var list = encoder.GenericInstantiation(ReferenceTo(type.GetGenericTypeDefinition()), arguments.Length, type.IsValueType);
            foreach (var argument in arguments)
            {
                Write(list.AddArgument(), argument);
            }
        }
        else
        {
            WriteSimple(encoder, type);
        }
    }

    private void WriteSimple(SignatureTypeEncoder encoder, Type type)
    {
        switch (Type.GetTypeCode(type))
        {
            case TypeCode.String:
                encoder.String();
                break;
            case var code when type.IsPrimitive && code != TypeCode.Object:
                encoder.PrimitiveType(Enum.Parse<PrimitiveTypeCode>(type.Name));
                break;
            case var _ when type == typeof(nint):
                encoder.IntPtr();
                break;
            case var _ when type == typeof(nuint):
                encoder.UIntPtr();
                break;
            case var _ when type == typeof(object):
                encoder.Object();
                break;
            default:
                encoder.Type(ReferenceTo(type), type.IsValueType);
                break;
        }
    }

    private TypeReferenceHandle ReferenceTo(Type type)
    {
        if (!_types.TryGetValue(type, out var handle))
        {
            EntityHandle scope = type.DeclaringType is { } outer ? ReferenceTo(outer) : ReferenceTo(type.Assembly);
            var space = type.IsNested || type.Namespace is null ? default : metadata.GetOrAddString(type.Namespace);
            handle = metadata.AddTypeReference(scope, space, metadata.GetOrAddString(type.Name));
            _types.Add(type, handle);
        }

        return handle;
    }

    private AssemblyReferenceHandle ReferenceTo(Assembly assembly)
    {
        if (!_assemblies.TryGetValue(assembly, out var handle))
        {
            var name = assembly.GetName();
            var token = name.GetPublicKeyToken() is { Length: > 0 } bytes ? metadata.GetOrAddBlob(bytes) : default;
            handle = metadata.AddAssemblyReference(metadata.GetOrAddString(name.Name!), name.Version!, default, token, default, default);
            _assemblies.Add(assembly, handle);
        }

        return handle;
    }
}
