using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Annotator.Api.Json;

/// <summary>
/// The OpenAPI document of the contract, made from the routes: <c>GET /api/schema</c>. Its committed copy is docs/openapi.json;
/// a test compares them, and writes the copy anew when ANNOTATOR_UPDATE_OPENAPI=1.
/// </summary>
internal static class OpenApiFeature
{
    public static IServiceCollection AddContractOpenApi(this IServiceCollection services) =>
        services.AddOpenApi(options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.AddDocumentTransformer(DescribeAsync);
            options.AddSchemaTransformer(UnwrapSentAsync);
        });

    private static Task DescribeAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancel)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Annotator REST API",
            Version = "0.1.0",
            Description = "Paths, bodies and status codes of CVAT's published contract, and what Annotator adds. Errors are RFC 9457 problem details.",
        };

        // The host depends on who asks; the document does not.
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            ["accessTokenAuth"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A personal access token." },
            ["basicAuth"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "basic" },
            ["sessionAuth"] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Cookie,
                Name = "sessionid",
                Description = "Changes need the header X-CSRFToken with the value of the cookie csrftoken.",
            },
            ["tokenAuth"] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = "Authorization",
                Description = "\"Token \" and the key that a login answered.",
            },
        };
        return Task.CompletedTask;
    }

    /// <summary>A field of a PATCH body is described as what it holds; that it may be left out, every PATCH body says.</summary>
    private static async Task UnwrapSentAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancel)
    {
        var type = context.JsonTypeInfo.Type;
        if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(Sent<>))
        {
            return;
        }

        var held = await context.GetOrCreateSchemaAsync(type.GetGenericArguments()[0], parameterDescription: null, cancel);
        (schema.Type, schema.Format, schema.Pattern, schema.Items) = (held.Type, held.Format, held.Pattern, held.Items);
        (schema.Properties, schema.Required) = (held.Properties, held.Required);
    }
}
