using Microsoft.EntityFrameworkCore.Migrations;

namespace Annotator.Core.Migrations;

/// <summary>Creates and drops what EF Core cannot model: partitioned tables, their sequence and triggers.</summary>
internal static class AnnotationTables
{
    public static void Create(MigrationBuilder migration) => migration.Sql(Read("annotation-tables.sql"));

    public static void Drop(MigrationBuilder migration) => migration.Sql(
        """
        DROP TRIGGER label_attributes_keep_values ON label_attributes;
        DROP TRIGGER jobs_delete_annotations ON jobs;
        DROP FUNCTION keep_attribute_values, delete_annotations_of_jobs, reserve_annotation_ids;
        DROP TABLE tag, shape, track, annotation_change, ops_batch, removed_object, id_block, label_count;
        DROP SEQUENCE annotation_id;
        """);

    private static string Read(string name)
    {
        using var stream = typeof(AnnotationTables).Assembly.GetManifestResourceStream($"Annotator.Core.Migrations.{name}")
            ?? throw new InvalidOperationException($"{name} is not embedded in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
