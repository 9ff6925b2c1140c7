using System;

namespace SharpTcp.Testing;

/// <summary>
/// Names the requirement that a test shows, so that the conformance table can be generated from the tests.
/// Ids are literal: <c>[Rfc("9293", "MUST-58")]</c>, <c>[Rfc("1122", "IP-11")]</c>, <c>[Rfc("exam", "29")]</c>, <c>[Rfc("defect", "7")]</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true)]
public sealed class RfcAttribute(string document, string id) : Attribute
{
    public string Document { get; } = document;

    public string Id { get; } = id;
}
