using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace SharpTcp.Architecture.Tests;

/// <summary>One thing that the code of a type names: a type, and the member of it if there is one.</summary>
/// <param name="Where">The method or field that names it.</param>
/// <param name="Type">Full name of the type, without type arguments: <c>System.Collections.Generic.Dictionary`2</c>.</param>
/// <param name="Member">Name of the member, or empty.</param>
internal readonly record struct Use(string Where, string Type, string Member)
{
    public override string ToString() => Member.Length == 0 ? $"{Where} names {Type}" : $"{Where} uses {Type}.{Member}";
}

/// <summary>Finds all that a type names in its declaration, its signatures and its code, nested types (and so lambdas and iterators) included.</summary>
internal static class Uses
{
    public static IEnumerable<Use> Of(TypeDefinition type)
    {
        var bases = new[] { type.BaseType }.Concat(type.Interfaces.Select(implementation => implementation.InterfaceType));
        foreach (var use in bases.SelectMany(reference => Named(type.FullName, reference)))
            yield return use;
        foreach (var use in type.Fields.SelectMany(OfField))
            yield return use;
        foreach (var use in type.Methods.SelectMany(OfMethod))
            yield return use;
        foreach (var use in type.NestedTypes.SelectMany(Of))
            yield return use;
    }

    private static IEnumerable<Use> OfField(FieldDefinition field) =>
        Named(field.FullName, field.FieldType).Concat(field.CustomAttributes.SelectMany(attribute => Named(field.FullName, attribute.AttributeType)));

    private static IEnumerable<Use> OfMethod(MethodDefinition method)
    {
        var where = $"{method.DeclaringType.FullName}.{method.Name}";
        var signature = method.Parameters.Select(parameter => parameter.ParameterType).Append(method.ReturnType).SelectMany(type => Named(where, type));
        if (!method.HasBody)
            return signature;
        var locals = method.Body.Variables.SelectMany(variable => Named(where, variable.VariableType));
        var handlers = method.Body.ExceptionHandlers.SelectMany(handler => Named(where, handler.CatchType));
        return signature.Concat(locals).Concat(handlers).Concat(method.Body.Instructions.SelectMany(instruction => OfInstruction(where, instruction)));
    }

    private static IEnumerable<Use> OfInstruction(string where, Instruction instruction) => instruction.Operand switch
    {
        MethodReference method => OfMember(where, method).Concat(
            method is GenericInstanceMethod generic ? generic.GenericArguments.SelectMany(argument => Named(where, argument)) : []),
        FieldReference field => OfMember(where, field),
        TypeReference type => Named(where, type),
        _ => [],
    };

    private static IEnumerable<Use> OfMember(string where, MemberReference member) =>
        Named(where, member.DeclaringType).Append(new Use(where, member.DeclaringType.GetElementType().FullName, member.Name));

    private static IEnumerable<Use> Named(string where, TypeReference? type)
    {
        if (type is null)
            return [];
        var arguments = type is GenericInstanceType generic ? generic.GenericArguments.SelectMany(argument => Named(where, argument)) : [];
        // Arrays, references and the like name what they are made of; a nested type names the one around it.
        var inner = type is TypeSpecification specification and not GenericInstanceType ? Named(where, specification.ElementType) : [];
        return arguments.Concat(inner).Concat(Named(where, type.GetElementType().DeclaringType)).Append(new Use(where, type.GetElementType().FullName, ""));
    }
}
