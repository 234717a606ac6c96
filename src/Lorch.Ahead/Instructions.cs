using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace Lorch.Ahead;

/// <summary>The instructions of intermediate language and how long they are (ECMA-335 §III).</summary>
internal static class Instructions
{
    private const int TwoBytes = 0xFE;

    private static readonly Dictionary<int, OpCode> Known = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value & 0xFFFF);

    /// <summary>Gives the instructions of a method that name something, with the token of it.</summary>
    public static IEnumerable<(OpCode Code, int Token)> WithTokens(byte[] body)
    {
        for (var position = 0; position < body.Length;)
        {
            var first = body[position++];
            var code = Known[first == TwoBytes ? (first << 8) | body[position++] : first];
            if (code.OperandType is OperandType.InlineMethod or OperandType.InlineType)
            {
                yield return (code, BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(position)));
            }

            position += LengthOf(code.OperandType, body.AsSpan(position));
        }
    }

    private static int LengthOf(OperandType type, ReadOnlySpan<byte> operand) => type switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BinaryPrimitives.ReadInt32LittleEndian(operand)),
        _ => 4,
    };
}
